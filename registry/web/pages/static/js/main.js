/* Starts the parts a page names: <form data-part="form">. A part that fails to load or
   to start leaves the plain page, which does everything by itself. */
import { settle } from "./drafts.js";

const PARTS = {
  combobox: "./combobox.js",
  forget: "./forget.js",
  form: "./forms.js",
  menu: "./menu.js",
  photos: "./photos.js",
  print: "./print.js",
  progress: "./progress.js",
  scan: "./scan.js",
  search: "./search.js",
  selection: "./table.js",
  wide: "./wide.js",
};

async function start(element, name) {
  try {
    const part = await import(PARTS[name]);
    part.start(element);
  } catch (error) {
    console.error(`part ${name} did not start`, error);
  }
}

settle();
const named = [...document.querySelectorAll("[data-part]")].flatMap((element) =>
  element.dataset.part.split(" ").map((name) => [element, name]),
);
const starts = named
  .filter(([, name]) => name in PARTS)
  .map(([element, name]) => start(element, name));
Promise.all(starts).then(() => {
  document.documentElement.dataset.started = "";
});

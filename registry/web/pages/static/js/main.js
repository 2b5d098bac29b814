/* Starts the parts a page names: <form data-part="form">. A part that fails to load or
   to start leaves the plain page, which does everything by itself. */
import { settle } from "./drafts.js";
import { remember } from "./morph.js";

const PARTS = {
  combobox: "./combobox.js",
  forget: "./forget.js",
  form: "./forms.js",
  hints: "./hints.js",
  live: "./live.js",
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

/* Start all parts in an element, itself included; done when the last has been tried. */
function startIn(root) {
  const inside = [...root.querySelectorAll("[data-part]")];
  const all = root.matches && root.matches("[data-part]") ? [root, ...inside] : inside;
  const named = all.flatMap((element) =>
    element.dataset.part.split(" ").map((name) => [element, name]),
  );
  return Promise.all(
    named.filter(([, name]) => name in PARTS).map((each) => start(...each)),
  );
}

settle();
for (const region of document.querySelectorAll("[data-live]")) remember(region);
document.addEventListener("arrived", ({ detail }) => startIn(detail));
startIn(document).then(() => {
  document.documentElement.dataset.started = "";
});

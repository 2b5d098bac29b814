/* Shows the photos chosen, before they are sent. */
import { wordsOf } from "./words.js";

export function start(box) {
  const say = wordsOf(box);
  const input = box.querySelector("input[type=file]");
  const count = box.querySelector("[data-photos-count]");
  const list = box.querySelector("[data-photos-list]");
  input.addEventListener("change", () => {
    const files = [...input.files];
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren(...files.map((file, place) => preview(file, place, say)));
    list.hidden = files.length === 0;
    count.textContent = files.length ? say("chosen", { count: files.length }) : "";
  });
}

function preview(file, place, say) {
  const item = document.createElement("li");
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = say("alt", { number: place + 1 });
  item.append(image);
  return item;
}

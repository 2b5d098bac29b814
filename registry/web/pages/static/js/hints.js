/* While one writes what one needs: what lies idle and would serve, under the field. */
import { withQuery } from "./page.js";

const PAUSE = 400;

export function start(box) {
  new Hints(box).listen();
}

class Hints {
  constructor(box) {
    this.box = box;
    this.place = box.querySelector("[data-hints]");
    this.text = document.getElementById(box.dataset.text);
    this.more = document.getElementById(box.dataset.specification);
    this.asked = 0;
    this.timer = 0;
    this.shown = "";
  }

  listen() {
    for (const field of [this.text, this.more]) {
      field.addEventListener("input", (event) => {
        if (!event.isComposing) this.askSoon();
      });
      field.addEventListener("compositionend", () => this.askSoon());
    }
    if (this.text.value.trim()) this.askSoon();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.text.value.trim();
    this.asked += 1;
    const asked = this.asked;
    if (text.length < 2) {
      this.show({ groups: [] });
      return;
    }
    const url = withQuery(
      withQuery(this.box.dataset.url, "text", text.slice(0, 200)),
      "specification",
      this.more.value.trim().slice(0, 400),
    );
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.ok && asked === this.asked) this.show(await answer.json());
    } catch {
      /* The check itself comes when the form is sent; a hint may be missing. */
    }
  }

  show({ groups }) {
    const shown = JSON.stringify(groups);
    if (shown === this.shown) return;
    this.shown = shown;
    this.place.replaceChildren(...groups.flatMap(group));
  }
}

function group({ words, items }) {
  const line = document.createElement("p");
  line.className = "hints-words";
  line.textContent = words;
  const list = document.createElement("ul");
  list.className = "hints-list";
  list.append(...items.map(row));
  return [line, list];
}

function row({ title, note, url, photo }) {
  const item = document.createElement("li");
  if (photo) {
    const picture = document.createElement("img");
    picture.src = photo;
    picture.alt = "";
    picture.width = 80;
    picture.height = 60;
    picture.loading = "lazy";
    item.append(picture);
  }
  const link = document.createElement("a");
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = title;
  const words = document.createElement("span");
  words.textContent = note;
  const what = document.createElement("div");
  what.className = "hints-what";
  what.append(link, words);
  item.append(what);
  return item;
}

/* A text box that offers what the server knows; what is picked is sent as its id. */
import { withQuery } from "./page.js";
import { spokenLine, wordsOf } from "./words.js";

const PAUSE = 200;
let boxes = 0;

export function start(box) {
  const combobox = new Combobox(box, `combobox-${(boxes += 1)}`);
  combobox.listen();
}

class Combobox {
  constructor(box, id) {
    this.box = box;
    this.say = wordsOf(box);
    this.text = box.querySelector("[data-combobox-text]");
    this.value = box.querySelector("[data-combobox-value]");
    this.spoken = spokenLine(box);
    this.list = document.createElement("div");
    this.list.id = id;
    this.list.className = "combobox-list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.text.labels[0].textContent.trim());
    this.text.after(this.list);
    this.options = [];
    this.at = -1;
    this.asked = 0;
    this.timer = 0;
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", id],
    ]) {
      this.text.setAttribute(name, value);
    }
  }

  listen() {
    this.text.addEventListener("input", (event) => {
      this.value.value = "";
      if (!event.isComposing) this.askSoon();
    });
    this.text.addEventListener("compositionend", () => this.askSoon());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("blur", () => this.leave());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(Number(option.dataset.place));
    });
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.text.value.trim();
    this.asked += 1;
    const asked = this.asked;
    if (!text) {
      this.close();
      return;
    }
    const found = await suggestions(this.box.dataset.suggest, text);
    if (asked !== this.asked || document.activeElement !== this.text) return;
    this.show(found, text);
  }

  show(found, text) {
    this.options = found || [];
    this.at = -1;
    const none = this.say(found ? "none" : "offline", { text });
    const rows = this.options.map((each, place) => this.option(each, place));
    this.list.replaceChildren(...(rows.length ? rows : [remark(none)]));
    this.list.hidden = false;
    this.text.setAttribute("aria-expanded", String(rows.length > 0));
    this.text.removeAttribute("aria-activedescendant");
    this.spoken.textContent = rows.length
      ? this.say("some", { count: rows.length })
      : none;
  }

  option({ label, note }, place) {
    const option = document.createElement("div");
    option.id = `${this.list.id}-${place}`;
    option.className = "combobox-option";
    option.dataset.place = place;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.textContent = label;
    option.append(name);
    if (note) {
      const small = document.createElement("small");
      small.textContent = note;
      option.append(small);
    }
    return option;
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
    if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.pick(this.at);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (this.list.hidden) this.ask();
    else this.go(step);
  }

  go(step) {
    const all = this.options.length;
    if (!all) return;
    this.at = this.at < 0 && step < 0 ? all - 1 : (this.at + step + all) % all;
    for (const option of this.list.children) {
      const chosen = Number(option.dataset.place) === this.at;
      option.setAttribute("aria-selected", String(chosen));
      if (!chosen) continue;
      this.text.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  pick(place) {
    const { value, label } = this.options[place];
    this.text.value = label;
    this.value.value = value;
    this.spoken.textContent = label;
    this.close();
    this.text.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Who writes a name in full and goes on has picked it. */
  leave() {
    const text = this.text.value.trim();
    const place = this.options.findIndex(({ label }) => label === text);
    if (!this.value.value && place >= 0) this.pick(place);
    this.close();
  }

  close() {
    this.asked += 1;
    this.at = -1;
    this.list.hidden = true;
    this.text.setAttribute("aria-expanded", "false");
    this.text.removeAttribute("aria-activedescendant");
  }
}

function remark(words) {
  const line = document.createElement("div");
  line.className = "combobox-none";
  line.textContent = words;
  return line;
}

/* What the server offers for a text, or null when it cannot be asked. */
async function suggestions(url, text) {
  try {
    const answer = await fetch(withQuery(url, "q", text), {
      headers: { Accept: "application/json" },
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

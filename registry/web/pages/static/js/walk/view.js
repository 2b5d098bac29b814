/* Small means of drawing: elements, rows, one screen at a time. */
import { icon } from "../page.js";

/* An element with attributes and children; `on` holds what it listens to. */
export function el(tag, { on = {}, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  for (const [name, heard] of Object.entries(on)) made.addEventListener(name, heard);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

export function chip(word, name, tone) {
  return el("span", { class: `chip chip-${tone}` }, icon(name), word);
}

export function note(words, tone = "calm") {
  const names = { calm: "info", warn: "warning", bad: "error", good: "done" };
  return el("div", { class: `notice notice-${tone}` }, icon(names[tone]), el("div", { class: "notice-words" }, words));
}

/* Screens by their address after the #: the phone's own way back works. */
export class Screens {
  constructor(root, draw) {
    this.root = root;
    this.draw = draw;
    this.shown = "";
    addEventListener("popstate", () => this.follow());
  }

  follow() {
    const [name, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
    const known = name && this.root.querySelector(`[data-screen="${CSS.escape(name)}"]`);
    this.show(known && name !== "wait" ? name : "places", rest);
  }

  show(name, rest = []) {
    const title = this.draw(name, rest);
    if (title === false) return this.go("places");
    for (const each of this.root.querySelectorAll("[data-screen]")) each.hidden = each.dataset.screen !== name;
    const changed = this.shown && this.shown !== name;
    this.shown = name;
    if (changed) {
      scrollTo(0, 0);
      this.root.querySelector(`[data-screen="${name}"] h1`).focus({ preventScroll: true });
    }
    return undefined;
  }

  go(address) {
    if (location.hash !== `#${address}`) history.pushState(null, "", `#${address}`);
    this.follow();
  }
}

/* The basket: things scanned one after the other, kept until they have been sent. */
import { dropDraft, markSent, readDraft, saveDraft } from "./drafts.js";
import { icon } from "./page.js";

/* What stands in the box already, one code to a line, nobody having looked it up. */
const typed = (codes) =>
  codes
    .split(/\s+/)
    .filter(Boolean)
    .map((text) => ({ text }));

export class Basket {
  constructor(form, say) {
    this.form = form;
    this.say = say;
    this.keep = form.dataset.basket;
    this.codes = form.elements.codes;
    this.part = (name) => form.querySelector(`[data-basket-${name}]`);
    const kept = readDraft(this.keep);
    this.items = kept ? kept.items : typed(this.codes.value);
    this.part("typed").hidden = true;
    this.part("box").hidden = false;
    this.part("undo").addEventListener("click", () => this.remove(this.items.length - 1));
    form.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) markSent(this.keep);
    });
    this.show();
  }

  /* Whether a text or a code is in it already. */
  has(text) {
    return this.items.some((item) => item.text === text || item.code === text);
  }

  add(item) {
    this.items.push(item);
    this.save();
  }

  remove(place) {
    const [gone] = this.items.splice(place, 1);
    this.save();
    const name = gone.name || gone.text;
    this.form.dispatchEvent(new CustomEvent("removed", { detail: { name } }));
  }

  save() {
    if (this.items.length) saveDraft(this.keep, { items: this.items });
    else dropDraft(this.keep);
    this.show();
  }

  show() {
    const count = this.items.length;
    this.codes.value = this.items.map((item) => item.code || item.text).join("\n");
    this.part("undo").hidden = count === 0;
    this.part("actions").hidden = count === 0;
    this.part("count").textContent = this.say(count ? "count" : "nothing", { count });
    const rows = this.items.map((item, place) => this.row(item, place));
    this.part("list").replaceChildren(...rows.reverse());
  }

  row(item, place) {
    const row = this.part("item").content.firstElementChild.cloneNode(true);
    const cell = (name) => row.querySelector(`[data-item="${name}"]`);
    cell("name").textContent = item.name || item.text;
    cell("code").textContent = item.code || "";
    cell("place").textContent = item.place || "";
    const state = cell("state");
    state.hidden = !item.state_word;
    state.classList.add(`chip-${item.tone || "still"}`);
    state.append(icon(item.icon || "dot"), item.state_word || "");
    const button = row.querySelector("[data-item-remove]");
    button.setAttribute("aria-label", `${button.textContent.trim()}：${item.name || item.text}`);
    button.addEventListener("click", () => {
      this.remove(place);
      this.part("count").focus();
    });
    return row;
  }
}

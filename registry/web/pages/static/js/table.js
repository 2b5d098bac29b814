/* Ticking rows: all of the page at once, how many are ticked, the bar that stays. */
import { wordsOf } from "./words.js";

export function start(form) {
  const bar = form.querySelector("[data-bulk]");
  const rows = () => [...form.querySelectorAll("tbody .pick input")];
  if (!bar || rows().length === 0) return;
  const say = wordsOf(bar);
  const count = bar.querySelector("[data-bulk-count]");
  const scope = bar.querySelector("input[name=scope]");
  const heads = [...form.querySelectorAll("[data-select-page] input")];

  const show = () => {
    const ticked = rows().filter((box) => box.checked).length;
    const whole = scope && scope.checked;
    for (const head of heads) {
      head.checked = ticked === rows().length;
      head.indeterminate = ticked > 0 && !head.checked;
    }
    bar.toggleAttribute("data-ticked", ticked > 0 || whole);
    count.textContent = whole
      ? say("all", { count: bar.dataset.total })
      : say(ticked ? "some" : "none", { count: ticked });
  };

  for (const head of heads) {
    head.closest("[data-select-page]").hidden = false;
    head.addEventListener("change", () => {
      for (const box of rows()) box.checked = head.checked;
      show();
    });
  }
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
  document.addEventListener("renewed", show);
  show();
}

/* A hand-held scanner works on every page: what it reads is looked up. */
import { onBurst } from "./wedge.js";

const WRITING = "input, textarea, select, [contenteditable]";

export function start(form) {
  if (document.querySelector('[data-part~="scan"]')) return;
  onBurst((text, target) => {
    const field = form.querySelector("input[type=search]");
    if (target !== field && target.matches && target.matches(WRITING)) return;
    field.value = text;
    form.submit();
  });
}

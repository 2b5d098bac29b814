/* The print button of a paper page; without scripts the browser's own menu prints. */

export function start(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* Hand-held scanners, which are keyboards: very fast letters, then Enter. */

const FAST = 100;
const LEAST = 5;
const SHIFTED = { Semicolon: ":", Slash: "?", Equal: "+", Minus: "_" };
const PLAIN = { Semicolon: ";", Slash: "/", Equal: "=", Minus: "-", Period: "." };

/* Calls back with the text of each burst and the element that had the focus. */
export function onBurst(handle) {
  let text = "";
  let last = 0;
  const key = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.timeStamp - last > FAST) text = "";
    last = event.timeStamp;
    if (event.key === "Enter" || event.key === "Tab" || event.code === "Enter") {
      const read = text;
      text = "";
      if (read.length < LEAST) return;
      event.preventDefault();
      event.stopPropagation();
      handle(read, event.target);
      return;
    }
    text += letter(event);
  };
  document.addEventListener("keydown", key, true);
}

/* With a Chinese input method on, a key no longer says its letter, only its place. */
function letter({ key, code, shiftKey }) {
  if (/^[\x21-\x7e]$/.test(key)) return key;
  if (key !== "Process" && key !== "Unidentified") return "";
  const found = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code);
  if (found) return found[2] || (shiftKey ? found[1] : found[1].toLowerCase());
  return (shiftKey ? SHIFTED : PLAIN)[code] || "";
}

/* Takes back what a burst wrote into a field that was not meant for it. */
export function takeBack(field, text) {
  if (!("value" in field) || !field.value.endsWith(text)) return;
  field.value = field.value.slice(0, -text.length);
}

/* The scan page: camera, photo, hand-held scanner and typing end in one text, which is
   opened, or looked up and put into the basket. */
import { Basket } from "./basket.js";
import { closeCamera, openCamera, readOn, whyNot } from "./camera.js";
import { icon, withQuery } from "./page.js";
import { readPhoto } from "./photo.js";
import { allowSound, signal } from "./signals.js";
import { onBurst, takeBack } from "./wedge.js";
import { wordsOf } from "./words.js";

const AGAIN = 3000;
const IDLE = 120000;
const LOOKS = {
  good: ["done", "good"],
  again: ["info", "warn"],
  bad: ["error", "bad"],
};

export function start(box) {
  const say = wordsOf(box);
  const part = (name) => box.querySelector(`[data-scan-${name}]`);
  const hint = (name) => {
    part("hint").textContent = name ? say(name) : "";
  };
  const take = box.dataset.look ? gather(box, say, hint) : open(box, hint);
  addEventListener("pointerdown", allowSound, { once: true });
  startTyping(part, take);
  startPhoto(box, part, hint, take);
  startCamera(box, part, hint, take);
}

/* One thing: go to its page. */
function open(box, hint) {
  return (text) => {
    signal("good");
    hint("read");
    location.assign(withQuery(box.dataset.open, "text", text));
  };
}

/* Many things: look each up, answer at once, put it into the basket. */
function gather(box, say, hint) {
  const form = document.querySelector("[data-basket]");
  const basket = new Basket(form, say);
  const answer = (kind, words) => {
    signal(kind);
    showAnswer(box.querySelector("[data-scan-answer]"), kind, words);
  };
  form.addEventListener("removed", ({ detail }) => answer("again", say("removed", detail)));
  return async (text) => {
    if (basket.has(text)) {
      answer("again", say("again", { name: text }));
      return;
    }
    const card = await look(box.dataset.look, text);
    if (card.status === "signed_out") hint("signed_out");
    else if (card.status === "found" && basket.has(card.code)) {
      answer("again", say("again", card));
    } else if (card.status === "found") {
      basket.add({ ...card, text });
      answer("good", say("added", card));
    } else if (card.status === "unchecked") {
      basket.add({ text });
      answer("again", say("unchecked", { text }));
    } else {
      answer("bad", card.sentence || say(card.status, { text }));
    }
  };
}

async function look(url, text) {
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(withQuery(url, "text", text), { headers });
    if ([401, 403].includes(answer.status)) return { status: "signed_out" };
    return answer.ok ? await answer.json() : { status: "unchecked" };
  } catch {
    return { status: "unchecked" };
  }
}

function showAnswer(place, kind, words) {
  const [name, tone] = LOOKS[kind];
  const line = document.createElement("p");
  line.className = `answer answer-${tone}`;
  line.append(icon(name), words);
  place.replaceChildren(line);
}

function startTyping(part, take) {
  const form = part("typed");
  const field = form.elements.text;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.value = "";
    field.focus();
    if (text) take(text);
  });
  onBurst((text, target) => {
    if (target === field) field.value = "";
    else takeBack(target, text);
    take(text);
  });
}

function startPhoto(box, part, hint, take) {
  const form = part("photo");
  const field = form.elements.photo;
  quicken(form, part("photo-label"), part("photo-field"));
  field.addEventListener("change", async () => {
    if (!field.files.length) return;
    hint("reading");
    const offline = () => ({ trouble: "offline" });
    const { text, trouble } = await readPhoto(field.files[0], box.dataset.photo).catch(offline);
    field.value = "";
    hint(trouble || "");
    if (trouble) signal("bad");
    if (text) take(text);
  });
}

/* The label becomes the button; the field stays for the keyboard and the reader. */
function quicken(form, label, wrap) {
  const field = form.elements.photo;
  label.className = "btn btn-plain";
  field.className = "visually-hidden";
  label.before(field);
  wrap.remove();
  form.classList.add("scan-photo-quick");
}

function startCamera(box, part, hint, take) {
  const reason = whyNot();
  if (reason) {
    hint(reason);
    return;
  }
  const video = part("video");
  let stop = () => {};
  let timer = 0;

  const close = (words) => {
    stop();
    clearTimeout(timer);
    closeCamera(video);
    part("view").hidden = part("stop").hidden = true;
    part("start").hidden = false;
    part("other").open = true;
    hint(words);
  };
  const wake = () => {
    clearTimeout(timer);
    timer = setTimeout(() => close("paused"), IDLE);
  };
  const seen = once(AGAIN, (text) => {
    wake();
    hint("aim");
    take(text);
  });
  const begin = async () => {
    hint("starting");
    part("view").hidden = false;
    try {
      await openCamera(video);
    } catch (error) {
      close(error.message);
      // Where there is none, the other ways are the ways.
      if (error.message === "absent") part("buttons").hidden = true;
      return;
    }
    part("start").hidden = true;
    part("stop").hidden = false;
    part("other").open = false;
    hint("aim");
    wake();
    stop = readOn(video, box.dataset.frame, { onText: seen, onTrouble: hint });
  };

  part("buttons").hidden = false;
  part("start").addEventListener("click", begin);
  part("stop").addEventListener("click", () => close(""));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && video.srcObject) close("paused");
  });
  addEventListener("pagehide", () => close(""));
  begin();
}

/* Passes a text on, unless it is the one passed on just before. */
function once(span, pass) {
  let last = "";
  let at = 0;
  return (text) => {
    const now = Date.now();
    const repeated = text === last && now - at < span;
    [last, at] = [text, now];
    if (!repeated) pass(text);
  };
}

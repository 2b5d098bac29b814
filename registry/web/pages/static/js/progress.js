/* Follows a long job until it ends, then opens what came of it. */
import { wordsOf } from "./words.js";

const SOON = 1000;
const LATER = 5000;
const STEPS = 10;
const RUNNING = new Set(["waiting", "running"]);

export function start(box) {
  if (!RUNNING.has(box.dataset.state)) return;
  const refresh = box.querySelector(".progress-refresh");
  if (refresh) refresh.hidden = true;
  follow(box);
}

async function follow(box) {
  const say = wordsOf(box);
  const show = display(box);
  let wait = SOON;
  for (;;) {
    await new Promise((done) => setTimeout(done, wait));
    if (document.hidden) continue;
    const job = await ask(box.dataset.url);
    if (job && !RUNNING.has(job.state)) {
      show.words(say("ended"));
      open(job.next_url);
      return;
    }
    if (job) show.job(job);
    else show.words(say("lost"));
    wait = job ? Math.min(wait * 1.2, LATER) : LATER;
  }
}

async function ask(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function open(url) {
  if (url) location.assign(url);
  else location.reload();
}

/* The line moves each time; the words, which are read out, at every tenth part. */
function display(box) {
  const line = box.querySelector("[data-progress-line]");
  const words = box.querySelector("[data-progress-words]");
  let step = -1;
  return {
    words(text) {
      if (words.textContent !== text) words.textContent = text;
    },
    job({ done, total, words: text }) {
      if (total) line.max = total;
      if (total) line.value = done;
      const now = total ? Math.floor((STEPS * done) / total) : done;
      if (now !== step) words.textContent = text;
      step = now;
    },
  };
}

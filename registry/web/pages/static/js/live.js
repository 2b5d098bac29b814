/* The page follows the ledger: when something of its topics has happened, its live
   regions are fetched again from its own address. */
import { Following } from "./following.js";
import { me } from "./page.js";
import { isBusy, regionsOf, renew, topicsOf } from "./regions.js";
import { UNATTENDED } from "./source.js";
import { wordsOf } from "./words.js";

const SOON = 200;
const CALM = 3000;
/* The pause after so many refreshes with hardly a pause: an import goes on for minutes,
   and every page that shows the ledger would ask for all of it. */
const PAUSES = [
  [0, 1000],
  [10, 3000],
  [30, 8000],
];
const FAILED = 5000;
const PRESS = 500;

export function start(box) {
  if (regionsOf(document).length === 0 || !("EventSource" in window)) return;
  const page = new LivePage(box);
  page.begin();
}

class LivePage {
  constructor(box) {
    this.box = box;
    this.say = wordsOf(box);
    this.position = Number(box.dataset.position);
    this.pause = 0;
    this.running = 0;
    this.failed = 0;
    this.ended = 0;
    this.pressed = 0;
    const part = (name) => box.querySelector(`[data-live-${name}]`);
    this.bar = part("bar");
    this.barWords = part("words");
    this.button = part("show");
    this.spoken = part("spoken");
    const main = document.getElementById("main");
    const follows = regionsOf(main).length > 0;
    this.sign = follows ? main.querySelector("[data-live-sign]") : null;
  }

  begin() {
    const { stream, news } = this.box.dataset;
    if (this.sign) this.sign.hidden = false;
    this.following = new Following({
      stream,
      news,
      position: this.position,
      who: me(),
      hear: (heard) => this.hear(heard),
      show: (state) => this.showState(state),
    });
    this.button.addEventListener("click", () => this.press());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.isStale) this.schedule();
    });
    document.addEventListener("pointerdown", () => {
      this.pressed = Date.now();
    });
    for (const name of ["change", "focusout", "selectionchange"]) {
      document.addEventListener(name, () => this.tryAgain());
    }
    document.addEventListener("submit", ({ target }) => {
      if (target.matches("[data-part~=forget]")) this.following.end();
    });
  }

  hear({ position, topics = [], reset }) {
    if (position && position <= this.position && !reset) return;
    const mine = topicsOf(regionsOf(document));
    if (reset || topics.some((topic) => mine.has(topic))) this.schedule();
  }

  /* At most about once a second, more seldom while it does not stop, never unseen. */
  schedule(wait = SOON) {
    this.isStale = true;
    if (this.timer || this.isFetching || document.hidden || this.isOver) return;
    const due = Math.max(wait, this.ended + this.pause - Date.now());
    this.timer = setTimeout(() => this.refresh(), due);
  }

  async refresh() {
    this.timer = clearTimeout(this.timer);
    this.isFetching = true;
    this.isStale = false;
    const begun = Date.now();
    const found = await fetchPage();
    this.running = begun - this.ended < this.pause + CALM ? this.running + 1 : 0;
    this.ended = Date.now();
    const [, usual] = PAUSES.filter(([least]) => this.running >= least).pop();
    this.pause = Math.max(usual, 4 * (this.ended - begun));
    try {
      if (found === "ended") this.following.over();
      else if (found) await this.take(found, this.isForced);
    } finally {
      this.isFetching = this.isForced = false;
    }
    this.failed = found ? 0 : Math.min(this.failed + 1, 6);
    if (!found || this.isStale) this.schedule(FAILED * this.failed || SOON);
  }

  async take(found, force) {
    while (Date.now() - this.pressed < PRESS && !force) {
      await new Promise((done) => setTimeout(done, PRESS));
    }
    const isOurs = found !== "other" && isSame(found);
    const fresh = isOurs && found.getElementById(this.box.id);
    if (!fresh) {
      this.fresh = null;
      this.mustReload = true;
      this.showChanged(true);
      return;
    }
    if (fresh.dataset.position < this.position) return;
    this.position = Number(fresh.dataset.position);
    const { held, arrived } = renew(found, force);
    this.fresh = held.length ? found : null;
    this.held = held;
    this.showChanged(held.length > 0 && !force);
    for (const element of arrived) {
      if (element.matches("tr, li")) element.dataset.arrived = "";
      document.dispatchEvent(new CustomEvent("arrived", { detail: element }));
    }
    document.dispatchEvent(new Event("renewed"));
  }

  /* What was held back while somebody was busy comes when they are no longer. */
  tryAgain() {
    if (!this.fresh || this.trying) return;
    this.trying = setTimeout(() => {
      this.trying = null;
      const isFree = this.fresh && this.held.some((each) => !isBusy(each));
      if (isFree && !this.isFetching) this.take(this.fresh, false);
    }, SOON);
  }

  press() {
    if (this.isOver || this.mustReload) location.reload();
    else this.isForced = true;
    if (!this.isFetching && this.isForced) this.refresh();
  }

  showChanged(isChanged) {
    if (this.isOver || this.state === "lost") return;
    this.showBar(isChanged ? "changed" : "", "show");
  }

  showState(state) {
    if (this.isOver || this.state === state) return;
    const wasLost = this.state === "lost";
    this.state = state;
    this.isOver = state === "ended";
    this.showSign(state);
    if (this.isOver) this.showBar("ended", "sign_in");
    else if (state === "lost") this.showBar("lost", "");
    else this.showChanged(Boolean(this.fresh) || Boolean(this.mustReload));
    if (wasLost && !this.isOver) this.spoken.textContent = this.say("back");
  }

  showSign(state) {
    if (!this.sign) return;
    this.sign.dataset.liveSign = state;
    this.sign.textContent = this.say(`sign_${state}`);
  }

  showBar(words, action) {
    this.bar.hidden = !words;
    this.bar.dataset.liveBar = words;
    document.documentElement.dataset.following = words;
    this.button.hidden = !action;
    this.barWords.textContent = this.say(words);
    this.button.textContent = action ? this.say(action) : "";
    this.spoken.textContent = this.say(words);
  }
}

/* The page as the server has it now; "other" if it is no longer to be had, "ended"
   without a session, null if there is no answer. */
async function fetchPage() {
  try {
    const url = location.href.split("#")[0];
    const answer = await fetch(url, {
      headers: { Accept: "text/html", ...UNATTENDED },
      redirect: "manual",
    });
    if (answer.status === 401) return "ended";
    if (answer.status >= 500 || answer.status === 429) return null;
    if (!answer.ok) return "other";
    const text = await answer.text();
    return new DOMParser().parseFromString(text, "text/html");
  } catch {
    return null;
  }
}

/* A page made by another release needs other scripts; one for somebody else is none. */
function markOf(root) {
  const script = root.querySelector("script[type=module]");
  const reader = root.querySelector("meta[name=me]");
  return [script && script.getAttribute("src"), reader && reader.content].join(" ");
}

const isSame = (found) => markOf(found) === markOf(document);

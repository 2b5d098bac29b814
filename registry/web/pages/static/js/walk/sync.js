/* Brings records to the server: in order, again and again until each has an answer, and
   only as the person who made them. Sending twice is harmless, ids are made before. */
import { newId } from "./store.js";

const BATCH = 200;
const FIRST = 5_000;
const LONGEST = 300_000;
const SOON = 800;
/* What the page asks by itself does not count as use of the session. */
export const UNATTENDED = { "X-Unattended": "1" };

export class Sync {
  /* `tell` hears after each change: {state, words?}; `changed` when records have answers. */
  constructor({ store, key, me, api, tokenUrl, tell, changed, photoChanged }) {
    Object.assign(this, { store, key, me, api, tokenUrl, tell, changed, photoChanged });
    this.pause = FIRST;
    this.timer = 0;
    this.running = null;
    this.csrf = "";
    this.offBy = 0;
    addEventListener("online", () => this.now());
  }

  soon(after = SOON, by = {}) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(by), after);
  }

  /* Sends everything that waits; one round at a time, also with several tabs open. */
  now(by = {}) {
    clearTimeout(this.timer);
    if (!this.running) this.by = by;
    this.again = Boolean(this.running);
    this.running ??= this.alone(() => this.send())
      .catch(() => "trouble")
      .then((state) => {
        this.running = null;
        this.after(state);
        return state;
      });
    return this.running;
  }

  alone(action) {
    if (!navigator.locks) return action();
    return navigator.locks.request(`registry-walk:${this.key}`, action);
  }

  after(state) {
    if (state === "done") {
      this.pause = FIRST;
      if (this.again) this.soon();
    } else if (["offline", "trouble"].includes(state)) {
      this.soon(this.pause * (0.75 + Math.random() / 2), UNATTENDED);
      this.pause = Math.min(LONGEST, 2 * this.pause);
    }
    this.tell({ state, words: this.stopped });
  }

  async send() {
    this.stopped = "";
    const waiting = (await this.store.recordsOf(this.key)).filter((each) => each.state === "waiting");
    const photos = (await this.store.photosOf(this.key)).filter((each) => each.state === "waiting");
    if (!waiting.length && !photos.length) return "done";
    this.tell({ state: "sending" });
    const who = await this.whoIsThere();
    if (who !== "me") return who;
    waiting.sort((a, b) => a.seq - b.seq);
    for (const group of groups(waiting)) {
      const state = await this.sendGroup(group);
      if (state !== "done") return state;
    }
    for (const photo of photos) {
      const state = await this.sendPhoto(photo);
      if (state !== "done") return state;
    }
    if (this.serverNow) await this.store.dropOld(this.serverNow);
    return "done";
  }

  /* Asks who is signed in now, with a fresh token; "me", or why nothing is sent. */
  async whoIsThere() {
    const answer = await this.ask(this.tokenUrl, { redirect: "manual", headers: { Accept: "application/json", ...this.by } });
    if (!answer) return "offline";
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return "signed_out";
    if (!answer.ok) return "trouble";
    const { me, csrf } = await answer.json();
    this.csrf = csrf;
    return me === this.me ? "me" : "other_user";
  }

  /* The answer, or null without a network; notes how far the phone's clock is off. */
  async ask(url, options) {
    try {
      const answer = await fetch(url, { cache: "no-store", ...options });
      const server = Date.parse(answer.headers.get("Date"));
      if (server) {
        this.serverNow = server;
        this.offBy = Date.now() - server;
      }
      return answer;
    } catch {
      return null;
    }
  }

  async sendGroup(group) {
    let size = BATCH;
    for (let at = 0; at < group.length; ) {
      const part = group.slice(at, at + size);
      const state = await this.sendPart(part);
      if (state === "smaller" && size > 1) {
        size = Math.max(1, size >> 2);
        continue;
      }
      if (state === "smaller") await this.settle(part, [{ id: part[0].id, outcome: "refused", words: this.stopped }]);
      else if (state !== "done") return state;
      at += part.length;
    }
    return "done";
  }

  async sendPart(part) {
    const { walkId, round, position } = part[0];
    const records = part.map((each) => each.draft);
    const answer = await this.ask(`${this.api}/records`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf, ...this.by },
      body: JSON.stringify({ walk_id: walkId, sent_at: new Date().toISOString(), round, position, records }),
    });
    if (!answer) return "offline";
    if (answer.ok) {
      const taken = await answer.json().catch(() => null);
      if (!taken) return "offline";
      await this.settle(part, taken.results);
      return "done";
    }
    if (answer.status === 401) return "signed_out";
    const problem = await answer.json().catch(() => ({}));
    if (problem.code === "walk_of_another") return this.newWalk(part);
    if (problem.code === "csrf" || answer.status >= 500 || answer.status === 429) return "trouble";
    this.stopped = problem.detail || problem.title || "";
    return [400, 413, 422].includes(answer.status) ? "smaller" : "stopped";
  }

  /* The id of this walk belongs to somebody else: these records get one of their own. */
  async newWalk(part) {
    const walkId = newId();
    await this.store.changeWalk(this.key, { walkId });
    await this.store.keep(part.map((each) => Object.assign(each, { walkId })));
    return "trouble";
  }

  async settle(part, results) {
    const answers = new Map(results.map((each) => [each.id, each]));
    const settled = part.filter((each) => answers.has(each.id));
    for (const record of settled) {
      const answer = answers.get(record.id);
      record.answer = answer;
      record.state = answer.outcome === "refused" ? "refused" : "sent";
      record.acknowledged = this.serverNow || Date.now();
    }
    await this.store.keep(settled);
    this.changed(settled);
  }

  async sendPhoto(photo) {
    const body = new FormData();
    body.append("photo", photo.blob, "photo.jpg");
    const answer = await this.ask(`${this.api}/photos/${photo.id}`, {
      method: "POST",
      headers: { "X-CSRFToken": this.csrf, ...this.by },
      body,
    });
    if (!answer) return "offline";
    if (answer.status === 401) return "signed_out";
    if (answer.status >= 500 || answer.status === 429) return "trouble";
    photo.state = answer.ok ? "sent" : "refused";
    photo.acknowledged = this.serverNow || Date.now();
    if (answer.ok) photo.blob = null;
    await this.store.keepPhoto(photo);
    this.photoChanged(photo);
    return "done";
  }
}

/* Records of one walk, round and position go together, in their order. */
function groups(records) {
  const found = [];
  for (const each of records) {
    const last = found[found.length - 1];
    const name = [each.walkId, each.round, each.position].join();
    if (last && last.name === name) last.push(each);
    else found.push(Object.assign([each], { name }));
  }
  return found;
}

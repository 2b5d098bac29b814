/* The walk of an audit: opens what the phone keeps, answers scans, brings them home. */
import { closeCamera, openCamera, readOn, whyNot } from "../camera.js";
import { me } from "../page.js";
import { readPhotoHere, smaller } from "../photo.js";
import { allowSound, signal } from "../signals.js";
import { onBurst, takeBack } from "../wedge.js";
import { wordsOf } from "../words.js";
import { answerTo, draftOf } from "./answers.js";
import { Forms } from "./forms.js";
import { Lists } from "./lists.js";
import { Model } from "./model.js";
import { keepPage } from "./keeping.js";
import { newId, Store } from "./store.js";
import { Sync, UNATTENDED } from "./sync.js";
import { Screens } from "./view.js";

const AGAIN = 3_000;
const STALE = 120_000;
const MANY = 1_000;
const STALE_IF_MANY = 600_000;
const TROUBLES = { 401: "signed_out", 403: "not_mine", 404: "not_mine", 409: "not_running" };

class Walk {
  constructor(root) {
    this.root = root;
    this.say = wordsOf(root);
    this.me = me();
    this.key = `${this.me}:${root.dataset.audit}`;
    this.part = (name) => root.querySelector(`[data-${name}]`);
    this.records = [];
    this.placeId = null;
    this.turn = Promise.resolve();
    this.notes = {};
    this.again = new Set();
    this.lists = new Lists(this);
    this.forms = new Forms(this);
    this.screens = new Screens(root, (name, rest) => this.lists.draw(name, rest));
  }

  async open() {
    this.listen();
    try {
      this.store = await Store.open();
      this.kept = await this.store.walk(this.key);
      const photos = await this.store.photosOf(this.key);
      this.photos = new Map(photos.map(({ id, state }) => [id, state]));
      this.records = (await this.store.recordsOf(this.key)).sort((a, b) => a.seq - b.seq);
    } catch {
      this.trouble("no_storage");
      return;
    }
    this.sync = new Sync({
      store: this.store,
      key: this.key,
      me: this.me,
      api: this.root.dataset.api,
      tokenUrl: this.root.dataset.token,
      tell: (state) => this.hear(state),
      changed: (settled) => this.settled(settled),
      photoChanged: ({ id, state }) => this.photos.set(id, state),
    });
    if (this.kept && this.kept.load) this.begin();
    await this.refresh();
    keepPage(this);
    this.others = await this.store.waitingOfOthers(this.me, this.root.dataset.audit);
    this.sync.now();
    setInterval(() => this.refreshIfStale(), STALE / 4);
    addEventListener("online", () => this.refreshIfStale());
  }

  begin() {
    const ready = Boolean(this.model);
    this.model = new Model(this.kept.load, this.records);
    this.lists.forget();
    if (ready) this.lists.redraw();
    else this.screens.follow();
    this.root.dataset.ready = "";
  }

  /* The list as it is now; what was sent before it was asked for is part of it. */
  async refresh({ unattended = false } = {}) {
    const known = this.records.filter((each) => each.state === "sent");
    this.askedAt = performance.now();
    this.undid = false;
    let answer = null;
    let load = null;
    try {
      const headers = { Accept: "application/json", ...(unattended ? UNATTENDED : {}) };
      answer = await fetch(`${this.root.dataset.api}/load`, { cache: "no-store", headers });
      if (!answer.ok) return this.refused(answer.status);
      load = await answer.json();
    } catch {
      if (this.model) return undefined;
      return this.trouble(answer && answer.ok ? "load_failed" : "load_offline");
    }
    const lost = this.lostOf(known, load.held);
    for (const each of known) each.covered = !lost.has(each);
    for (const each of lost) each.state = "waiting";
    const walkId = (this.kept && this.kept.walkId) || newId();
    await this.takeUp({ me: this.me, walkId, load, loadedAt: Date.now() }, known);
    if (!lost.size) return undefined;
    this.notes.again = this.say("sent_again", { count: lost.size });
    this.lists.redraw();
    return this.sync.now();
  }

  /* What the ledger had acknowledged and holds no more, since a backup was restored: of
     such a walk all is sent again, which is harmless. Once, lest it go on for ever. */
  lostOf(known, held) {
    const told = new Map();
    for (const { walkId } of known) told.set(walkId, (told.get(walkId) || 0) + 1);
    const short = [...told].filter(([id, count]) => !this.again.has(id) && (held[id] || 0) < count).map(([id]) => id);
    for (const id of short) this.again.add(id);
    return new Set(known.filter((each) => short.includes(each.walkId)));
  }

  /* One counts by a list at once, and it is put on the disk meanwhile. */
  async takeUp(change, known) {
    this.kept = { ...this.kept, key: this.key, ...change };
    this.begin();
    try {
      this.kept = await this.store.changeWalk(this.key, change);
      await this.store.keep(known);
      this.notes.list = "";
    } catch {
      this.notes.list = this.say("list_not_kept");
      this.lists.redraw();
    }
  }

  refused(status) {
    const words = TROUBLES[status] || "load_failed";
    if (!this.model) return this.trouble(words);
    this.notes.load = words === "load_failed" ? "" : this.say(words);
    return this.lists.redraw();
  }

  /* What others count meanwhile; long lists less often, they may be paid for. */
  refreshIfStale() {
    const quiet = document.hidden || !navigator.onLine || this.forms.isOpen;
    const many = this.kept && this.kept.load && this.kept.load.expected.length > MANY;
    const passed = performance.now() - (this.askedAt || 0);
    if (!quiet && passed > (many ? STALE_IF_MANY : STALE)) this.refresh({ unattended: true });
  }

  trouble(name) {
    this.part("trouble").textContent = this.say(name);
    this.root.querySelector('[data-do="reload"]').hidden = name === "no_storage";
    this.screens.show("wait");
  }

  /* One text after the other, however fast they come. */
  take(text) {
    this.turn = this.turn.then(() => this.answer(text)).catch(() => this.show({ tone: "bad", title: this.say("broken") }));
    return this.turn;
  }

  async answer(text) {
    if (!this.model) return;
    const found = this.model.judge(text, this.placeId);
    if (found.verdict === "place") {
      this.screens.go(`room/${found.place.id}`);
      this.show(answerTo(this, found));
    } else if (this.placeId === null) {
      this.show({ tone: "bad", sound: "bad", title: this.say("choose_door") });
    } else {
      const draft = draftOf(found, text, this.placeId);
      if (draft && !this.isRepeat(found)) await this.keep(draft, answerTo(this, found), found.verdict);
      else this.show(answerTo(this, found));
    }
  }

  /* What this phone has counted here before is not counted once more. */
  isRepeat({ verdict, seen }) {
    return verdict === "already" && seen.mine;
  }

  /* Keeps a record on the phone, and only then says so. */
  async keep(draft, told, verdict, photo = null) {
    const id = newId();
    const last = this.records[this.records.length - 1];
    const record = {
      id,
      walk: this.key,
      me: this.me,
      name: this.root.dataset.name,
      walkId: this.kept.walkId,
      round: this.kept.load.round,
      position: this.kept.load.position,
      seq: last ? last.seq + 1 : 1,
      state: "waiting",
      draft: { id, at: new Date().toISOString(), ...draft },
      verdict,
      title: told.title,
      more: told.more || "",
    };
    const target = draft.undoes && this.records.find((each) => each.id === draft.undoes);
    try {
      await this.store.keep(target ? [record, { ...target, undone: true }] : [record], photo);
    } catch (error) {
      const full = error && error.name === "QuotaExceededError";
      this.show({ tone: "bad", sound: "bad", title: this.say(full ? "full" : "broken") });
      return null;
    }
    this.records.push(record);
    if (photo) this.photos.set(photo.id, photo.state);
    if (target) {
      target.undone = true;
      this.model.follow(this.records);
    } else this.model.take(record);
    this.show({ ...told, record });
    this.lists.redraw();
    this.sync.soon();
    return record;
  }

  undo() {
    const last = [...this.records].reverse().find((each) => this.canUndo(each));
    if (!last) return this.show({ tone: "bad", sound: "bad", title: this.say("nothing_to_undo") });
    return this.undoOne(last);
  }

  canUndo({ draft, undone, state, round }) {
    return draft.kind !== "undo" && !undone && state !== "refused" && round === this.kept.load.round;
  }

  undoOne(record) {
    const told = { tone: "calm", sound: "again", title: this.say("undone"), more: record.more || this.say("undone_more") };
    return this.keep({ kind: "undo", undoes: record.id }, told, "undone");
  }

  /* An answer in words, colour, sound and vibration; read out by screen readers. */
  show(told) {
    if (told.sound) signal(told.sound);
    this.lists.drawAnswer(told);
    this.part("spoken").textContent = [told.title, told.name, told.more].filter(Boolean).join("，");
  }

  hear({ state, words }) {
    this.state = state;
    this.stoppedWords = words;
    this.lists.redraw();
    if (state !== "done") return;
    if (this.undid) this.refresh();
    else this.refreshIfStale();
  }

  settled(settled) {
    for (const each of settled) {
      const mine = this.records.find((record) => record.id === each.id);
      if (mine) Object.assign(mine, { state: each.state, answer: each.answer, acknowledged: each.acknowledged, walkId: each.walkId });
      if (!mine || mine.draft.kind !== "undo") continue;
      this.undid = true;
      if (mine.state === "refused") this.redo(mine.draft.undoes);
    }
    if (settled.some((each) => each.state === "refused")) this.model.follow(this.records);
  }

  /* An undoing that was refused has not undone anything. */
  redo(id) {
    const record = this.records.find((each) => each.id === id);
    if (!record) return;
    record.undone = false;
    this.store.keep([record]);
  }

  listen() {
    addEventListener("pointerdown", allowSound, { once: true });
    onBurst((text, target) => {
      takeBack(target, text);
      this.take(text);
    });
    const typed = this.part("typed");
    typed.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = typed.elements.text.value.trim();
      typed.elements.text.value = "";
      if (text) this.take(text);
    });
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.act(button.dataset.do);
    });
    this.part("find").addEventListener("input", () => this.lists.drawPlaces());
    this.listenToCamera();
  }

  act(name) {
    const acts = {
      reload: () => this.refresh(),
      camera: () => this.toggleCamera(),
      undo: () => this.undo(),
      finish: () => this.screens.go(`finish/${this.placeId}`),
      back: () => this.screens.go(`room/${this.placeId}`),
      close: () => this.closePlace(),
      sent: () => this.screens.go("sent"),
      sync: () => this.sync.now(),
      refresh: () => this.refresh(),
    };
    acts[name]();
  }

  async closePlace() {
    const count = this.model.leftAt(this.placeId);
    const more = count ? this.say("closed_missing", { count }) : this.say("closed_all");
    const told = { tone: count ? "warn" : "good", sound: "good", title: this.say("closed"), more };
    if (await this.keep({ kind: "close_place", place_id: this.placeId }, told, "closed")) this.screens.go("places");
  }

  listenToCamera() {
    const reason = whyNot();
    this.cameraReason = reason;
    this.lists.drawCamera(false);
    this.part("snap").addEventListener("change", async ({ target }) => {
      const [file] = target.files;
      if (!file) return;
      this.part("hint").textContent = this.say("reading");
      const text = await readPhotoHere(file);
      target.value = "";
      this.part("hint").textContent = text ? "" : this.say("unread");
      if (text) this.take(text);
      else signal("bad");
    });
    addEventListener("pagehide", () => this.stopCamera());
    document.addEventListener("visibilitychange", () => document.hidden && this.stopCamera());
  }

  async toggleCamera() {
    if (this.cameraReason) {
      this.part("snap").click();
      return;
    }
    if (this.stopReading) {
      this.stopCamera();
      return;
    }
    const video = this.part("video");
    this.moveCamera();
    this.part("view").hidden = false;
    try {
      await openCamera(video);
    } catch (error) {
      this.stopCamera();
      this.cameraReason = error.message;
      this.lists.drawCamera(false);
      this.part("hint").textContent = this.say(error.message);
      return;
    }
    const pass = once(AGAIN, (text) => this.take(text));
    this.stopReading = readOn(video, "", { onText: pass, onTrouble: () => {} });
    this.lists.drawCamera(true);
  }

  /* The picture stands where one scans: among the doors, or in the room. */
  moveCamera() {
    const shown = this.root.querySelector(`[data-screen="${this.screens.shown}"]`);
    shown.insertBefore(this.part("view"), shown.querySelector("[data-room-lists], [data-places]"));
    this.part("view").after(this.part("hint"));
  }

  stopCamera() {
    if (this.stopReading) this.stopReading();
    this.stopReading = null;
    closeCamera(this.part("video"));
    this.part("view").hidden = true;
    this.lists.drawCamera(false);
  }

  photoOf(file) {
    return smaller(file).then((blob) => ({ id: newId(), walk: this.key, me: this.me, blob, state: "waiting" }));
  }
}

/* Passes a text on, unless it is still the one before the lens. */
function once(span, pass) {
  let last = "";
  let at = 0;
  return (text) => {
    const now = performance.now();
    const repeated = text === last && now - at < span;
    [last, at] = [text, now];
    if (!repeated) pass(text);
  };
}

new Walk(document.getElementById("walk")).open();

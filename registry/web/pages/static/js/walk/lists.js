/* What the walk shows: places, the room with what is missing, what has been sent. */
import { icon } from "../page.js";
import { chip, el, note } from "./view.js";

const STEP = 60;
const ICONS = { good: "done", warn: "warning", bad: "error", calm: "info" };
const STATES = { waiting: ["waiting", "calm"], sent: ["done", "good"], refused: ["error", "bad"] };
const NEAR = 5 * 60_000;
const DAY = 24 * 3600_000;

export class Lists {
  constructor(walk) {
    this.walk = walk;
    this.limits = { missing: STEP, found: STEP, places: STEP, records: STEP };
    this.rows = new Map();
    this.when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  }

  /* A row that is drawn anew only where what it says has changed. */
  row(key, sign, draw) {
    const known = this.rows.get(key);
    if (known && known.sign === sign) return known.drawn;
    const drawn = draw();
    this.rows.set(key, { sign, drawn });
    return drawn;
  }

  /* Another list names things otherwise. */
  forget() {
    this.rows.clear();
  }

  /* Draws a screen; false where there is none such. */
  draw(name, [first, second]) {
    const { walk } = this;
    if (name === "wait") return true;
    if (!walk.model) return false;
    if (walk.stopReading && !["room", "places"].includes(name)) walk.stopCamera();
    if (!["detail", "heap"].includes(name)) walk.forms.leave();
    if (name === "room" || name === "finish") {
      const id = Number(first);
      if (!walk.model.places.has(id)) return false;
      if (walk.placeId !== id) {
        this.limits.missing = this.limits.found = STEP;
        walk.part("answer").replaceChildren();
        walk.part("hint").textContent = "";
      }
      walk.placeId = id;
    }
    if (name === "places") walk.placeId = null;
    if (name === "detail" && !walk.forms.drawDetail(first, second)) return false;
    if (name === "heap" && !walk.forms.drawHeap(first)) return false;
    this.drawScreen(name);
    for (const link of walk.root.querySelectorAll("[data-back]")) link.href = `#room/${walk.placeId}`;
    if (walk.stopReading && name !== walk.screens.shown) setTimeout(() => walk.moveCamera());
    return true;
  }

  redraw() {
    if (this.walk.model) this.drawScreen(this.walk.screens.shown);
  }

  drawScreen(name) {
    if (name === "places") this.drawPlaces();
    if (name === "room") this.drawRoom();
    if (name === "finish") this.drawFinish();
    if (name === "sent") this.drawSent();
  }

  /* Places one may count in: one's own first, then those with something left. */
  drawPlaces() {
    const { part, say, model, kept } = this.walk;
    const sums = model.progress();
    const all = sums.get(null);
    part("sum").textContent = say("progress_all", all);
    setBar(part("bar"), all);
    part("queue").textContent = this.queueWords();
    part("notes").replaceChildren(...this.allNotes());
    const wanted = part("find").value.trim().toLowerCase();
    const own = new Set(kept.load.me.own_places);
    const rank = (place) => (own.has(place.id) ? 0 : 2) + (model.closed.has(place.id) ? 1 : 0);
    const shown = kept.load.places
      .filter((each) => (wanted ? each.full_name.toLowerCase().includes(wanted) : sums.has(each.id) || own.has(each.id)))
      .sort((a, b) => rank(a) - rank(b));
    const rows = shown.slice(0, this.limits.places).map((each) => this.placeRow(each, sums.get(each.id), own.has(each.id)));
    part("places").replaceChildren(...rows, ...this.more("places", shown.length));
    if (!shown.length) part("places").replaceChildren(el("li", { class: "walk-none" }, say("places_none")));
  }

  placeRow(place, sum, isOwn) {
    const { say, model } = this.walk;
    const words = sum ? say("progress", sum) : "";
    const parts = place.full_name.split(" / ");
    return el(
      "li",
      {},
      el(
        "a",
        { class: "walk-row", href: `#room/${place.id}` },
        icon("door"),
        el("span", { class: "walk-words" }, el("strong", {}, place.full_name), el("small", {}, words)),
        isOwn ? chip(say("place_mine"), "me", "calm") : "",
        model.closed.has(place.id) ? chip(say("place_done"), "done", "good") : "",
        parts.length ? icon("forward") : "",
      ),
    );
  }

  drawRoom() {
    const { part, say, model, placeId } = this.walk;
    const place = model.places.get(placeId);
    part("room").textContent = place.full_name;
    const sum = model.progress().get(placeId) || { done: 0, total: 0 };
    part("room-sum").textContent = say("progress", sum);
    setBar(part("room-bar"), sum);
    const missing = model.missingAt(placeId);
    const found = model.thingsAt(placeId).filter((each) => model.isSeen(each));
    const excused = model.thingsAt(placeId).filter((each) => each.excuse && !model.isSeen(each));
    part("room-lists").replaceChildren(
      ...this.section(
        say("not_yet", { count: model.leftAt(placeId) }),
        [...model.heapsOf(placeId).map((each) => this.heapRow(each)), ...missing.slice(0, this.limits.missing).map((each) => this.missingOnce(each))],
        this.more("missing", missing.length),
      ),
      ...this.section(
        say("found", { count: found.length }),
        [...found].reverse().slice(0, this.limits.found).map((each) => this.foundOnce(each)),
        this.more("found", found.length),
      ),
      ...(excused.length ? [el("ul", { class: "walk-list" }, ...excused.slice(0, STEP).map((each) => this.excusedRow(each)))] : []),
    );
  }

  section(title, rows, more) {
    return [el("h2", { class: "sheet-title" }, title), el("ul", { class: "walk-list" }, ...rows, ...more)];
  }

  missingOnce(thing) {
    return this.row(`missing ${thing.asset_id}`, "", () => this.missingRow(thing));
  }

  missingRow(thing) {
    const { say } = this.walk;
    const words = this.thingWords(thing);
    const label = say("tick_title", { name: thing.name });
    return el(
      "li",
      { class: "walk-row" },
      words,
      el("a", { class: "btn btn-plain", href: `#detail/tick/${thing.asset_id}`, "aria-label": `${label} ${numberOf(thing)}` }, say("tick")),
    );
  }

  foundOnce(thing) {
    const { model, placeId } = this.walk;
    const { place_id: at, mine, by } = model.seen.get(thing.asset_id);
    return this.row(`found ${thing.asset_id}`, [placeId, at, mine, by].join(), () => this.foundRow(thing));
  }

  foundRow(thing) {
    const { model, say, placeId } = this.walk;
    const seen = model.seen.get(thing.asset_id);
    const here = seen.place_id === placeId;
    const place = model.places.get(seen.place_id);
    const by = seen.mine ? say("me") : seen.by;
    const word = here ? say("here") : say("elsewhere");
    return el(
      "li",
      { class: "walk-row" },
      this.thingWords(thing, [by, here || !place ? "" : place.full_name]),
      chip(word, here ? "done" : "warning", here ? "good" : "warn"),
    );
  }

  excusedRow(thing) {
    const excuses = JSON.parse(this.walk.root.dataset.excuses);
    return el("li", { class: "walk-row" }, this.thingWords(thing), chip(excuses[thing.excuse] || thing.excuse, "info", "still"));
  }

  thingWords(thing, more = []) {
    const { say } = this.walk;
    const facts = [thing.model, numberOf(thing) || say("no_number"), thing.custodian, ...more].filter(Boolean).join(" · ");
    return el("span", { class: "walk-words" }, el("strong", {}, thing.name), el("small", {}, facts));
  }

  heapRow(heap) {
    const { say } = this.walk;
    return el(
      "li",
      { class: "walk-row" },
      el("span", { class: "walk-words" }, el("strong", {}, heap.name), el("small", {}, say("count_of", heap))),
      el("a", { class: "btn btn-plain", href: `#heap/${heap.item_type_id}`, "aria-label": say("heap_title", heap) }, say("count")),
    );
  }

  drawFinish() {
    const { part, say, model, placeId } = this.walk;
    const missing = model.missingAt(placeId);
    const heaps = model.heapsOf(placeId).filter((each) => each.counted < each.expected);
    part("finish-title").textContent = model.places.get(placeId).full_name;
    const count = model.leftAt(placeId);
    part("finish-words").textContent = count ? say("not_yet", { count }) : say("closed_all");
    part("finish-list").replaceChildren(
      ...heaps.map((each) => this.heapRow(each)),
      ...missing.slice(0, this.limits.missing).map((each) => this.missingOnce(each)),
      ...this.more("missing", missing.length),
    );
  }

  drawSent() {
    const { part, say, records, state } = this.walk;
    part("queue-words").textContent = this.queueWords();
    part("sync-words").textContent = this.syncWords();
    part("sign-in-line").hidden = !["signed_out", "other_user"].includes(state);
    const next = encodeURIComponent(`${this.walk.root.dataset.scope}`);
    part("sign-in-link").href = `${this.walk.root.dataset.signIn}?next=${next}`;
    part("queue-notes").replaceChildren(...this.allNotes(true));
    const newest = [...records].reverse();
    part("records").replaceChildren(...newest.slice(0, this.limits.records).map((each) => this.recordOnce(each)), ...this.more("records", newest.length));
    return say;
  }

  recordOnce(record) {
    const { id, state, undone, answer, draft } = record;
    const sign = [state, undone, answer && answer.outcome, this.walk.photos.get(draft.photo_id)].join();
    return this.row(`record ${id}`, sign, () => this.recordRow(record));
  }

  recordRow({ draft, state, answer, title, more, undone }) {
    const { say, model, photos } = this.walk;
    const photo = photos.get(draft.photo_id);
    const lags = state === "sent" && photo && photo !== "sent";
    const [name, tone] = STATES[lags ? photo : state];
    const apart = answer && ["late", "kept"].includes(answer.outcome) ? answer.outcome : state;
    const outcome = lags ? `photo_${photo}` : apart;
    const thing = model.things.get(draft.asset_id);
    const at = this.when.format(new Date(draft.at));
    const place = model.places.get(draft.place_id);
    const told = (answer && answer.words) || [title, more].filter(Boolean).join(" ");
    const facts = [at, say(`kind_${draft.kind}`), place ? place.full_name : "", undone ? say("and_undone") : ""].filter(Boolean).join(" · ");
    const subject = thing ? thing.name : draft.code || title;
    return el(
      "li",
      { class: "walk-row" },
      el("span", { class: "walk-words" }, el("strong", {}, subject), el("small", {}, told), el("small", {}, facts)),
      chip(say(outcome), name, tone),
    );
  }

  counts() {
    const count = (state) => this.walk.records.filter((each) => each.state === state).length;
    const photos = [...this.walk.photos.values()].filter((each) => each === "waiting").length;
    return { waiting: count("waiting"), refused: count("refused"), photos };
  }

  queueWords() {
    const { say } = this.walk;
    const { waiting, refused, photos } = this.counts();
    const words = [];
    if (waiting) words.push(say("some_waiting", { count: waiting }));
    if (photos) words.push(say("some_photos", { count: photos }));
    if (refused) words.push(say("some_refused", { count: refused }));
    return words.join("，") || say("none_waiting");
  }

  syncWords() {
    const { say, state, stoppedWords } = this.walk;
    if (state === "sending") return say("sending");
    if (state === "offline") return say("offline");
    if (state === "trouble") return say("unsent_trouble");
    if (state === "signed_out") return say("signed_out");
    if (state === "other_user") return say("other_user", { name: this.walk.root.dataset.name });
    if (state === "stopped") return say("stopped", { words: stoppedWords || "" });
    return "";
  }

  /* What one should know: troubles always, how things are kept only where asked. */
  allNotes(whole = false) {
    const { say, notes, kept, sync, others = [], state } = this.walk;
    const made = [];
    if (["signed_out", "other_user", "stopped", "offline"].includes(state) && !whole) made.push(note(this.syncWords(), state === "offline" ? "calm" : "warn"));
    if (notes.load) made.push(note(notes.load, "warn"));
    if (notes.list) made.push(note(notes.list, "warn"));
    if (notes.again) made.push(note(notes.again, "calm"));
    if (this.walk.cameraReason === "insecure" || (whole && notes.page)) made.push(note(notes.page || say("not_secure"), "calm"));
    for (const { name, count } of others) made.push(note(say("others_waiting", { name, count }), "warn"));
    const off = sync ? Math.abs(sync.offBy) : 0;
    if (off > NEAR && off < DAY) made.push(note(say("clock_minutes", { minutes: Math.round(off / 60_000) }), "warn"));
    if (off >= DAY) made.push(note(say("clock", { days: Math.round(off / DAY) }), "warn"));
    if (!kept.load.is_whole) made.push(note(say("part_only"), "calm"));
    if (whole && notes.storage) made.push(note(notes.storage, "calm"));
    if (whole && kept.loadedAt) {
      const when = this.when.format(new Date(kept.loadedAt));
      made.push(note(say("loaded_at", { when }), "calm"));
    }
    return made;
  }

  drawAnswer({ tone, title, name, more, record }) {
    const { part, say, screens } = this.walk;
    const box = part("answer");
    const words = el("div", { class: "walk-words" }, el("strong", {}, title), name ? el("span", {}, name) : "", more ? el("small", {}, more) : "");
    const about = record && (record.draft.asset_id || record.draft.code) && record.draft.kind !== "undo";
    const link = about ? el("a", { class: "btn btn-plain", href: `#detail/note/${record.id}` }, say("detail")) : "";
    const drawn = el("div", { class: `answer answer-${tone}` }, icon(ICONS[tone]), words, link);
    if (screens.shown === "places") part("notes").replaceChildren(drawn, ...this.allNotes());
    box.replaceChildren(drawn);
    if (screens.shown === "room") uncover(drawn, box.closest("section").querySelector(".action-bar"));
  }

  drawCamera(isOn) {
    for (const word of this.walk.root.querySelectorAll("[data-camera-word]")) {
      const { on, off, photo } = word.dataset;
      word.textContent = this.walk.cameraReason ? photo : isOn ? on : off;
    }
  }

  /* A button for the rest of a long list. */
  more(name, total) {
    const left = total - this.limits[name];
    if (left <= 0) return [];
    const count = Math.min(STEP, left);
    const show = () => {
      this.limits[name] += STEP;
      this.redraw();
    };
    return [el("li", {}, el("button", { class: "btn btn-plain", type: "button", on: { click: show } }, this.walk.say("more", { count })))];
  }
}

/* On a small phone with large text an answer is not to lie under the buttons. */
function uncover(answer, bar) {
  const { top, bottom } = answer.getBoundingClientRect();
  const under = bottom - bar.getBoundingClientRect().top;
  if (under > 0) scrollBy(0, Math.min(top, under + 8));
}

/* As the ledger writes it: with its running number where several bear one number. */
export const numberOf = ({ number, sub }) => (sub ? `${number}-${sub}` : number);

function setBar(bar, { done, total }) {
  bar.max = Math.max(1, total);
  bar.value = done;
}

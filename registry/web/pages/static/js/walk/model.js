/* What the phone knows of an audit, and what it answers to a scan. Pure: a list that was
   loaded and the records made since go in, answers come out. */
import { readCode } from "../codes.js";

const heapKey = (type, place) => `${type}:${place}`;

export class Model {
  constructor(load, records) {
    this.load = load;
    this.round = load.round;
    this.places = new Map(load.places.map((each) => [each.id, each]));
    this.doors = new Map();
    for (const each of load.places) if (each.door_code) this.doors.set(each.door_code, each);
    this.things = new Map(load.expected.map((each) => [each.asset_id, each]));
    this.byCode = new Map(load.expected.map((each) => [each.code, each]));
    this.byNumber = new Map();
    this.bySerial = new Map();
    this.byPlace = new Map();
    for (const each of load.expected) {
      gather(this.byNumber, plain(each.number), each);
      if (each.sub) gather(this.byNumber, plain(`${each.number}-${each.sub}`), each);
      if (each.serial) gather(this.bySerial, plain(each.serial), each);
      if (each.labelled) gather(this.byPlace, each.place_id, each);
    }
    this.heapsAt = new Map();
    for (const each of load.counts) gather(this.heapsAt, each.place_id, each);
    this.follow(records);
  }

  /* Takes the records of this phone into account, in their order. */
  follow(records) {
    this.seen = new Map();
    const own = this.load.me.person_id;
    for (const each of this.load.records) this.seen.set(each.asset_id, { ...each, mine: each.by_id === own });
    this.heaps = new Map();
    for (const each of this.load.counts) this.heaps.set(heapKey(each.item_type_id, each.place_id), each.counted);
    this.closed = new Set(this.load.places.filter((each) => each.closed_at).map((each) => each.id));
    this.sums = null;
    for (const each of records) this.take(each);
  }

  /* One more record; undone, refused and those the list knows already change nothing. */
  take({ draft, undone, state, covered, round }) {
    if (undone || state === "refused" || covered || round !== this.round) return;
    this.sums = null;
    const { kind, place_id: place } = draft;
    if ((kind === "scan" || kind === "tick") && this.things.has(draft.asset_id)) {
      this.seen.set(draft.asset_id, { place_id: place, by: "", mine: true, round: this.round, record_id: draft.id });
    }
    if (kind === "undo") {
      for (const [id, seen] of this.seen) if (seen.record_id === draft.undoes) this.seen.delete(id);
    }
    if (kind === "count") this.heaps.set(heapKey(draft.item_type_id, place), draft.count);
    if (kind === "close_place") this.closed.add(place);
    if (kind === "reopen_place") this.closed.delete(place);
  }

  /* What a scanned or typed text means in a place: {verdict, …}. */
  judge(text, placeId) {
    const { code, mistyped } = readCode(text);
    const exact = this.byNumber.get(plain(text)) || [];
    if (mistyped && !exact.length) return { verdict: "mistyped", text: mistyped };
    if (code && this.doors.has(code)) return { verdict: "place", place: this.doors.get(code) };
    const found = code && this.byCode.has(code) ? [this.byCode.get(code)] : this.named(text, exact, code);
    if (found.length > 1) return { verdict: "several", count: found.length };
    if (found.length) return this.about(found[0], placeId);
    const beyond = code && this.load.elsewhere[code];
    if (beyond) {
      const [place, state, name] = beyond;
      return { verdict: state === "disposed" ? "disposed" : "not_listed", name, place: this.places.get(place) };
    }
    // Of what is not on the list the phone knows codes alone, not numbers.
    return { verdict: "unknown", offline: !code || !this.load.knows_campus || !this.load.is_whole };
  }

  named(text, exact, code) {
    if (exact.length || code) return exact;
    return this.bySerial.get(plain(text)) || [];
  }

  /* The same for a thing of the list. */
  about(thing, placeId) {
    const seen = this.seen.get(thing.asset_id);
    const place = this.places.get(thing.place_id);
    if (thing.state === "disposed") return { verdict: "disposed", thing };
    if (seen && (seen.round > this.round || (seen.round === this.round && seen.place_id === placeId))) {
      return { verdict: "already", thing, seen, place: this.places.get(seen.place_id) };
    }
    const verdict = thing.place_id === placeId ? "here" : "elsewhere";
    const also = seen && seen.round === this.round ? seen : null;
    return { verdict, thing, place, also };
  }

  isSeen(thing) {
    const seen = this.seen.get(thing.asset_id);
    return Boolean(seen) && seen.round >= this.round;
  }

  thingsAt(placeId) {
    return this.byPlace.get(placeId) || [];
  }

  /* How many are still to be found in a place, heaps included. */
  leftAt(placeId) {
    const short = this.heapsOf(placeId).map((each) => Math.max(0, each.expected - each.counted));
    return short.reduce((sum, each) => sum + each, this.missingAt(placeId).length);
  }

  /* Things of a place that are still to be found; the excused need not be. */
  missingAt(placeId) {
    return this.thingsAt(placeId).filter((each) => !this.isSeen(each) && !each.excuse);
  }

  /* Heaps of a place with what was counted: {…, counted}. */
  heapsOf(placeId) {
    const all = this.heapsAt.get(placeId) || [];
    return all.map((each) => ({ ...each, counted: this.heaps.get(heapKey(each.item_type_id, placeId)) || 0 }));
  }

  /* How far each place is, and all of them: a Map of {done, total}, with null for all. */
  progress() {
    if (this.sums) return this.sums;
    const sums = new Map([[null, { done: 0, total: 0 }]]);
    const add = (place, done, total) => {
      if (!sums.has(place)) sums.set(place, { done: 0, total: 0 });
      for (const sum of [sums.get(place), sums.get(null)]) {
        sum.done += done;
        sum.total += total;
      }
    };
    for (const [place, things] of this.byPlace) {
      for (const each of things) if (!each.excuse || this.isSeen(each)) add(place, this.isSeen(each) ? 1 : 0, 1);
    }
    for (const place of this.heapsAt.keys()) {
      for (const each of this.heapsOf(place)) add(place, Math.min(each.counted, each.expected), each.expected);
    }
    this.sums = sums;
    return sums;
  }
}

const plain = (text) => text.trim().toUpperCase();

function gather(map, key, value) {
  if (map.has(key)) map.get(key).push(value);
  else map.set(key, [value]);
}

/* What is filled in: ticking without a label, a note with photo and condition, counting. */
import { grouped } from "../codes.js";
import { numberOf } from "./lists.js";

export class Forms {
  constructor(walk) {
    this.walk = walk;
    this.subject = null;
    walk.part("detail").addEventListener("submit", (event) => this.once(event, () => this.saveDetail()));
    walk.part("heap").addEventListener("submit", (event) => this.once(event, () => this.saveHeap()));
  }

  /* Whether something is being filled in, which nothing may disturb. */
  get isOpen() {
    return ["detail", "heap", "finish"].includes(this.walk.screens.shown);
  }

  async once(event, action) {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    try {
      await action();
    } finally {
      this.busy = false;
    }
  }

  back() {
    this.walk.screens.go(`room/${this.walk.placeId}`);
  }

  /* A thing to tick, or what was just recorded to say more about. */
  drawDetail(kind, id) {
    const { walk } = this;
    const { part, say, model } = walk;
    const record = kind === "note" ? walk.records.find((each) => each.id === id) : null;
    const assetId = record ? record.draft.asset_id : Number(id);
    const thing = model.things.get(assetId);
    if (!thing && !record) return false;
    if (walk.placeId === null) walk.placeId = record ? record.draft.place_id : thing.place_id;
    const address = `${kind}/${id}`;
    if (this.subject && this.subject.address === address) return true;
    this.subject = { address, kind, thing, record };
    const name = thing ? thing.name : record.draft.code;
    part("detail-title").textContent = say(kind === "tick" ? "tick_title" : "detail_title", { name });
    part("detail-facts").textContent = thing ? [thing.model, numberOf(thing), grouped(thing.code)].filter(Boolean).join(" · ") : "";
    part("detail").reset();
    part("detail").querySelector("[data-reasons]").hidden = kind !== "tick";
    return true;
  }

  async saveDetail() {
    const { walk, subject } = this;
    const { say } = walk;
    const { elements } = walk.part("detail");
    const [file] = elements.photo.files;
    const photo = file ? await walk.photoOf(file) : null;
    const draft = {
      kind: subject.kind,
      place_id: walk.placeId,
      condition: elements.condition.value || undefined,
      unused: elements.unused.checked || undefined,
      note: elements.note.value.trim() || undefined,
      photo_id: photo ? photo.id : undefined,
    };
    if (subject.thing) draft.asset_id = subject.thing.asset_id;
    else draft.code = subject.record.draft.code;
    const name = subject.thing ? subject.thing.name : draft.code;
    let told = { tone: "good", sound: "good", title: say("noted"), name, more: "" };
    let verdict = "noted";
    if (subject.kind === "tick") {
      draft.reason = elements.reason.value;
      verdict = walk.model.about(subject.thing, walk.placeId).verdict;
      const reason = JSON.parse(walk.root.dataset.reasons)[draft.reason];
      told = { ...told, title: say("ticked"), more: say("ticked_more", { reason }) };
    }
    const made = await walk.keep(draft, told, verdict, photo);
    if (!made) return;
    this.subject = null;
    this.back();
  }

  drawHeap(type) {
    const { walk } = this;
    const heap = walk.placeId === null ? null : walk.model.heapsOf(walk.placeId).find((each) => each.item_type_id === Number(type));
    if (!heap) return false;
    if (this.subject && this.subject.heap && this.subject.heap.item_type_id === heap.item_type_id) return true;
    this.subject = { heap };
    walk.part("heap-title").textContent = walk.say("heap_title", { name: heap.name });
    walk.part("heap-label").textContent = walk.say("heap_label", { expected: heap.expected });
    walk.part("heap-error").textContent = "";
    walk.part("heap").elements.count.value = heap.counted || "";
    return true;
  }

  async saveHeap() {
    const { walk } = this;
    const { heap } = this.subject;
    const text = walk.part("heap").elements.count.value.trim();
    if (!/^\d{1,6}$/.test(text) || Number(text) > 100_000) {
      walk.part("heap-error").textContent = walk.say("whole");
      return;
    }
    const count = Number(text);
    const { name, expected } = heap;
    const tone = count === expected ? "good" : "warn";
    const told = { tone, sound: "good", title: walk.say("counted", { count }), more: walk.say("counted_more", { name, expected }) };
    const draft = { kind: "count", place_id: walk.placeId, item_type_id: heap.item_type_id, count };
    if (!(await walk.keep(draft, told, "counted"))) return;
    this.subject = null;
    this.back();
  }

  /* What was begun and left is begun anew the next time. */
  leave() {
    this.subject = null;
  }
}

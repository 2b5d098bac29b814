/* Forms: what is typed survives until it is saved, and one press sends once. */
import { dropDraft, markSent, markUnsent, readDraft, saveDraft } from "./drafts.js";

const PATIENCE = 10000;
const PAUSE = 400;
const NEVER_KEPT = new Set(["password", "file", "submit", "button", "reset", "image"]);

export function start(form) {
  sendOnce(form);
  if (form.dataset.keep) keepDraft(form);
  const summary = form.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

/* Further presses are ignored until an answer comes or ten seconds have passed. */
function sendOnce(form) {
  let release = null;
  form.addEventListener("submit", (event) => {
    if (release) event.preventDefault();
    if (event.defaultPrevented) return;
    const undo = showSending(event.submitter);
    const timer = setTimeout(() => release && release(), PATIENCE);
    release = () => {
      clearTimeout(timer);
      undo();
      release = null;
    };
  });
  addEventListener("pageshow", () => release && release());
}

function showSending(button) {
  if (!button || !button.dataset.sending) return () => {};
  const shown = [...button.childNodes];
  button.textContent = button.dataset.sending;
  button.setAttribute("aria-disabled", "true");
  return () => {
    button.textContent = "";
    button.append(...shown);
    button.removeAttribute("aria-disabled");
  };
}

function isKept(control) {
  if (!control.name || NEVER_KEPT.has(control.type)) return false;
  return control.type !== "hidden" || "comboboxValue" in control.dataset;
}

const isTicked = (control) => control.type === "checkbox" || control.type === "radio";

function valueOf(control) {
  return isTicked(control) ? control.checked : control.value;
}

/* [name, value] of every control that is kept, in the order of the form. */
function written(form) {
  return [...form.elements].filter(isKept).map((each) => [each.name, valueOf(each)]);
}

function write(form, values) {
  const controls = [...form.elements].filter(isKept);
  controls.forEach((control, place) => {
    const [name, value] = values[place] || [];
    if (name !== control.name) return;
    if (isTicked(control)) control.checked = value;
    else control.value = value;
  });
  form.dispatchEvent(new Event("written"));
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/* A draft fits while the form has the same fields in the same order. */
function fits(draft, now) {
  const names = (values) => values.map(([name]) => name);
  return same(names(draft.values), names(now));
}

function keepDraft(form) {
  const { keep, version = "", rows = "" } = form.dataset;
  const first = written(form);
  const returned = form.querySelector("[data-error-summary]");
  const draft = readDraft(keep);
  if (draft && Number(draft.rows) > Number(rows) && asksForRows(draft.rows)) return;
  if (draft && !returned && fits(draft, first) && !same(draft.values, first)) {
    offer(form, draft, first);
  }
  let timer = 0;
  const save = () => {
    timer = 0;
    const now = written(form);
    if (same(now, first) && !returned && !draft) dropDraft(keep);
    else saveDraft(keep, { version, rows, values: now });
  };
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  addEventListener("pagehide", () => {
    if (!timer) return;
    clearTimeout(timer);
    save();
  });
  addEventListener("pageshow", (event) => event.persisted && markUnsent());
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    timer = 0;
    saveDraft(keep, { version, rows, values: written(form) });
    markSent(keep);
  });
}

/* A draft of more rows than the page has asks for the page with as many; once. */
function asksForRows(rows) {
  const address = new URL(location.href);
  if (address.searchParams.has("rows")) return false;
  address.searchParams.set("rows", rows);
  location.replace(address);
  return true;
}

/* Put the draft back, or only offer it where the thing has changed since. */
function offer(form, draft, first) {
  const box = form.querySelector("[data-kept]");
  const part = (name) => box.querySelector(`[data-kept-${name}]`);
  const fresh = draft.version === (form.dataset.version || "");
  const use = () => {
    write(form, draft.values);
    part("restored").hidden = false;
    part("offered").hidden = part("use").hidden = true;
  };
  part("use").addEventListener("click", use);
  part("drop").addEventListener("click", () => {
    dropDraft(form.dataset.keep);
    write(form, first);
    box.hidden = true;
  });
  part("offered").hidden = part("use").hidden = fresh;
  box.hidden = false;
  if (fresh) use();
}

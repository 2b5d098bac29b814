/* The parts of a page that follow the ledger, and what people are doing in them. */
import { differs, morph } from "./morph.js";

export const regionsOf = (root) => [...root.querySelectorAll("[data-live]")];

const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea";
const TICKED = "input[type=checkbox], input[type=radio]";

export function topicsOf(regions) {
  return new Set(regions.flatMap((each) => each.dataset.live.split(/\s+/)));
}

function isChosen(select) {
  const options = [...select.options];
  const given = options.some((each) => each.defaultSelected);
  return given
    ? options.some((each) => each.selected !== each.defaultSelected)
    : select.selectedIndex > 0;
}

function isTyped(control) {
  if (control.type === "file") return control.files.length > 0;
  if (control.nodeName === "SELECT") return isChosen(control);
  return control.value !== control.defaultValue;
}

const some = (root, names, test) => [...root.querySelectorAll(names)].some(test);
const isTicked = (box) => box.checked !== box.defaultChecked;
const isHead = (box) => box.closest("[data-select-page]") !== null;

/* Whether something in a form has been written that rows being ticked do not explain. */
export function isWritten(element) {
  if (element.nodeName !== "FORM") return false;
  const ticked = (box) => isTicked(box) && !box.closest(".pick");
  return some(element, TYPED, isTyped) || some(element, TICKED, ticked);
}

/* Whether changing a region now would be under somebody's hands. */
export function isBusy(region) {
  const active = document.activeElement;
  if (region.contains(active) && active.matches(TYPED)) return true;
  const chosen = getSelection();
  if (!chosen.isCollapsed && region.contains(chosen.anchorNode)) return true;
  if (some(region, TYPED, isTyped)) return true;
  return some(region, TICKED, (box) => isTicked(box) && !isHead(box));
}

/* Bring the regions of this page up to those of a fresh one. `force` changes those too
   that somebody is busy in, but for forms half written. Gives the regions that arrived
   in part or not at all, and the elements that are new. */
export function renew(fresh, force) {
  const held = [];
  const arrived = [];
  for (const region of regionsOf(document)) {
    const next = fresh.getElementById(region.id);
    if (next && !differs(region, next)) continue;
    if (!next || (isBusy(region) && !force)) {
      held.push(region);
      continue;
    }
    keepPlace(region, () =>
      morph(region, next, { keeps: isWritten, arrived: (each) => arrived.push(each) }),
    );
  }
  return { held, arrived };
}

/* What is being looked at stays where it is on the screen, and the focus where it was. */
function keepPlace(region, change) {
  const active = document.activeElement;
  const hadFocus = region.contains(active);
  const anchor = CSS.supports("overflow-anchor", "auto") ? null : inSight(region);
  const before = anchor && anchor.getBoundingClientRect().top;
  change();
  if (anchor && anchor.isConnected) {
    scrollBy(0, anchor.getBoundingClientRect().top - before);
  }
  if (!hadFocus || document.activeElement === active) return;
  if (!active.isConnected && !region.hasAttribute("tabindex")) region.tabIndex = -1;
  (active.isConnected ? active : region).focus({ preventScroll: true });
}

/* The first row of a region that can be seen, where the region begins further up. */
function inSight(region) {
  if (region.getBoundingClientRect().top >= 0) return null;
  const rows = [...region.querySelectorAll("tr, li")];
  return rows.find((each) => each.getBoundingClientRect().top >= 0) || null;
}

/* Brings a part of the page up to what the server now says, touching nothing else.

   What the server said last time is remembered beside every node. Only where it says
   something else now is the page changed: what people and scripts did to it meanwhile
   (ticks, open lists, focus, added marks) stays. */

const said = new WeakMap();

/* Take down what the server said of a node and of all below it. */
export function remember(node, copy = node.cloneNode(true)) {
  said.set(node, copy);
  const inner = [...node.childNodes];
  [...copy.childNodes].forEach((each, place) => {
    if (inner[place]) remember(inner[place], each);
  });
}

/* Tokens are new with every answer and say nothing. */
function plain(node) {
  const copy = node.cloneNode(true);
  for (const name of ["csrf_token", "once"]) {
    for (const each of copy.querySelectorAll(`input[type=hidden][name=${name}]`)) {
      each.removeAttribute("value");
    }
  }
  return copy;
}

/* Whether the server now says something else of a remembered element. */
export function differs(element, fresh) {
  const old = said.get(element);
  return !old || !plain(old).isEqualNode(plain(fresh));
}

/* Change an element to a fresh one of the same kind. `keeps(element)` names what is to
   be left as it is; `arrived(element)` is told of each new one. Whether nothing had to
   be left. */
export function morph(element, fresh, { keeps = () => false, arrived = () => {} } = {}) {
  const old = said.get(element);
  if (!old) return true;
  if (old.isEqualNode(fresh)) {
    rebase(element, fresh);
    return true;
  }
  if (keeps(element)) return false;
  let isWhole = true;
  if (element.nodeType === Node.ELEMENT_NODE) {
    takeAttributes(element, old, fresh);
    isWhole = takeChildren(element, fresh, { keeps, arrived });
  } else {
    element.data = fresh.data;
  }
  said.set(element, isWhole ? fresh : unlike(fresh));
  return isWhole;
}

const childrenOf = (element) => [...element.childNodes].filter((each) => said.has(each));

/* The same again, said by a newer answer: so that no older one is held in memory. */
function rebase(element, fresh) {
  const places = [...said.get(element).childNodes];
  said.set(element, fresh);
  for (const child of childrenOf(element)) {
    const place = places.indexOf(said.get(child));
    if (place >= 0) rebase(child, fresh.childNodes[place]);
  }
}

/* Stands for what has been said and not been taken over whole: to be looked at again. */
function unlike(fresh) {
  const copy = fresh.cloneNode(false);
  copy.setAttribute("data-unlike", "");
  return copy;
}

function takeAttributes(element, old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  for (const { name } of old.attributes) {
    if (!fresh.hasAttribute(name)) element.removeAttribute(name);
  }
}

/* What makes a node the same one as before: its name, else its kind and its place. */
function keysOf(nodes) {
  const counts = new Map();
  return nodes.map((node) => {
    const name = `${node.nodeName} ${nameOf(node)}`;
    const count = counts.get(name) || 0;
    counts.set(name, count + 1);
    return `${name} ${count}`;
  });
}

function nameOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.id) return `#${node.id}`;
  if (node.dataset && node.dataset.key) return `=${node.dataset.key}`;
  if (node.nodeName === "FORM") return node.getAttribute("action") || "";
  if (node.nodeName !== "TR" && node.nodeName !== "LI") return "";
  const box = node.querySelector("input[type=checkbox], input[type=radio]");
  if (box) return `${box.name}=${box.getAttribute("value")}`;
  const link = node.querySelector("a[href]");
  return link ? link.getAttribute("href") : "";
}

const isText = (node) => node.nodeType === Node.TEXT_NODE;

function takeChildren(element, fresh, options) {
  if ([...fresh.childNodes].every(isText) && [...element.childNodes].every(isText)) {
    element.textContent = fresh.textContent;
    remember(element, fresh);
    return true;
  }
  const known = childrenOf(element);
  const keys = keysOf(known.map((each) => said.get(each)));
  const byKey = new Map(keys.map((key, place) => [key, known[place]]));
  const wanted = [...fresh.childNodes];
  const names = keysOf(wanted);
  const staying = new Set(names.map((name) => byKey.get(name)));
  for (const each of known) {
    if (!staying.has(each)) each.remove();
  }
  let isWhole = true;
  let cursor = nextKnown(element.firstChild);
  wanted.forEach((next, place) => {
    const same = byKey.get(names[place]);
    if (same && same === cursor) {
      cursor = nextKnown(cursor.nextSibling);
    } else if (same) {
      element.insertBefore(same, cursor);
    } else {
      element.insertBefore(newcomer(next, options.arrived), cursor);
    }
    if (same && !morph(same, next, options)) isWhole = false;
  });
  return isWhole;
}

function nextKnown(node) {
  let found = node;
  while (found && !said.has(found)) found = found.nextSibling;
  return found;
}

function newcomer(fresh, arrived) {
  const node = document.importNode(fresh, true);
  remember(node, fresh);
  if (node.nodeType === Node.ELEMENT_NODE) arrived(node);
  return node;
}

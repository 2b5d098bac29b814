/* Half-written work kept in the browser: per person, seven days at most, and dropped
   when the page after sending shows that it was saved. */
import { me } from "./page.js";

const LIFETIME = 7 * 24 * 3600 * 1000;
const SENT = "sent";

/* Storage may be switched off or full; work then simply is not kept. */
function quietly(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

const keyOf = (keep) => `draft:${me()}:${keep}`;

/* After signing out by choice this page keeps nothing more, however late a pause in
   typing ends. */
let leaving = false;

export function saveDraft(keep, draft) {
  if (leaving) return;
  const text = JSON.stringify({ ...draft, at: Date.now() });
  quietly(() => localStorage.setItem(keyOf(keep), text));
}

export function dropDraft(keep) {
  quietly(() => localStorage.removeItem(keyOf(keep)));
}

/* The draft under a name, or null; one that is too old is gone. */
export function readDraft(keep) {
  const draft = quietly(() => JSON.parse(localStorage.getItem(keyOf(keep))), null);
  if (!draft || Date.now() - draft.at < LIFETIME) return draft;
  dropDraft(keep);
  return null;
}

/* Everything this person left half-written in this browser. */
export function dropAll() {
  leaving = true;
  quietly(() => {
    const mine = Object.keys(localStorage).filter((key) => key.startsWith(keyOf("")));
    for (const key of mine) localStorage.removeItem(key);
  });
}

/* Remember that this draft is on its way to the server, and from which page. */
export function markSent(keep) {
  const from = location.href.split("#")[0];
  quietly(() => sessionStorage.setItem(SENT, JSON.stringify({ keep, from })));
}

/* What was sent did not get there: the page is shown again as it was. */
export function markUnsent() {
  quietly(() => sessionStorage.removeItem(SENT));
}

/* After a page has come back: the draft sent before it is dropped where the page says
   that it was done, or is an ordinary page without that form that answers the sending.
   The sign-in page, an error page and the same form with its mistakes all mean that it
   was not; and so does a page that somebody opens after the network was gone. */
export function settle() {
  const sent = quietly(() => JSON.parse(sessionStorage.getItem(SENT)), null);
  markUnsent();
  if (!sent || !sent.keep) return;
  const { page, done } = document.body.dataset;
  const name = CSS.escape(sent.keep);
  const again = document.querySelector(`[data-keep="${name}"], [data-basket="${name}"]`);
  const answers = document.referrer === sent.from;
  const ordinary = page === "ordinary" && !again && answers;
  if (done !== undefined || ordinary) dropDraft(sent.keep);
}

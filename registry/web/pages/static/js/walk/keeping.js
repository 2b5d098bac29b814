/* That the page and its records stay on the phone, and what it says where they do not. */

/* Asks the browser to keep the page and not to clear what it holds. */
export async function keepPage(walk) {
  const { say, notes, root } = walk;
  const tell = (name, words) => {
    notes[name] = words;
    walk.lists.redraw();
  };
  if (!window.isSecureContext) tell("page", say("not_secure"));
  else tell("page", say((await serve(root.dataset)) ? "kept_offline" : "not_kept"));
  if (navigator.storage && navigator.storage.persist) {
    const kept = (await navigator.storage.persisted()) || (await navigator.storage.persist());
    tell("storage", say(kept ? "persisted" : "not_persisted"));
  }
}

/* Whether a service worker keeps this page from now on. */
async function serve({ worker, scope }) {
  if (!navigator.serviceWorker) return false;
  try {
    const made = await navigator.serviceWorker.register(worker, { scope });
    if (made.active) return true;
    const coming = made.installing || made.waiting;
    return await new Promise((done) => {
      coming.addEventListener("statechange", () => {
        if (coming.state === "activated") done(true);
        if (coming.state === "redundant") done(false);
      });
    });
  } catch {
    return Boolean(navigator.serviceWorker.controller);
  }
}

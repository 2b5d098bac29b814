/* Signing out by choice leaves nothing half-written behind on a shared computer, and no
   page or list of a walk; what was counted and not yet sent stays until it is. */
import { dropAll } from "./drafts.js";

const PATIENCE = 1500;

export function start(form) {
  form.addEventListener("submit", (event) => {
    dropAll();
    if (!window.indexedDB || form.dataset.forgotten) return;
    event.preventDefault();
    form.dataset.forgotten = "yes";
    const late = new Promise((done) => setTimeout(done, PATIENCE));
    Promise.race([forgetWalks().catch(() => {}), late]).then(() => form.submit());
  });
}

async function forgetWalks() {
  const names = window.caches ? await caches.keys() : [];
  const pages = names.filter((name) => /^walk-\d+-page$/.test(name));
  await Promise.all(pages.map((name) => caches.delete(name)));
  const { Store } = await import("./walk/store.js");
  const store = await Store.open();
  await store.forget();
}

/* Signing out by choice leaves nothing half-written behind on a shared computer. */
import { dropAll } from "./drafts.js";

export function start(form) {
  form.addEventListener("submit", dropAll);
}

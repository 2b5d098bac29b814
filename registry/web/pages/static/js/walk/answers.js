/* What a scan means, as words, colour and sound, and as a record for the server. */

const TONES = {
  here: ["good", "good"],
  elsewhere: ["warn", "other"],
  not_listed: ["warn", "other"],
  already: ["calm", "again"],
  unknown: ["bad", "bad"],
  disposed: ["bad", "bad"],
  mistyped: ["bad", "bad"],
  several: ["bad", "bad"],
  place: ["calm", "good"],
};
const KEPT = ["here", "elsewhere", "not_listed", "already", "unknown", "disposed"];
const MOST_CODE = 500;

/* {tone, sound, title, name, more} for what the model found. */
export function answerTo({ say }, found) {
  const [tone, sound] = TONES[found.verdict];
  const title = say(found.verdict, { place: found.place ? found.place.full_name : "" });
  const name = found.thing ? found.thing.name : "";
  return { tone, sound, title, name, more: moreOf(say, found), thing: found.thing };
}

function moreOf(say, { verdict, place, thing, seen, also, name, offline, text, count }) {
  const at = place ? place.full_name : "";
  if (verdict === "here") return also ? say("also", { by: also.by || say("me"), place: at }) : say("here_more");
  if (verdict === "elsewhere") return at ? say("elsewhere_more", { place: at }) : say("elsewhere_nowhere");
  if (verdict === "already") return seen.mine ? say("already_mine", { place: at }) : say("already_more", { by: seen.by, place: at });
  if (verdict === "not_listed") return at ? say("not_listed_more", { name, place: at }) : say("not_listed_nowhere");
  if (verdict === "unknown") return say(offline ? "unknown_offline" : "unknown_more");
  if (verdict === "disposed") return [thing ? "" : name, say("disposed_more")].filter(Boolean).join("，");
  return say(`${verdict}_more`, { text, count });
}

/* The record of a scan, or null for what is not one. */
export function draftOf({ verdict, thing }, text, placeId) {
  if (!KEPT.includes(verdict)) return null;
  return { kind: "scan", place_id: placeId, code: wellFormed(text), asset_id: thing ? thing.asset_id : undefined };
}

/* Nothing no database takes: half characters, control characters, endless texts. */
function wellFormed(text) {
  const letters = Array.from(text, (letter) => (isTaken(letter.codePointAt(0)) ? letter : " "));
  return letters.slice(0, MOST_CODE / 2).join("");
}

const isTaken = (point) => point > 31 && point !== 127 && (point < 0xd800 || point > 0xdfff);

/* Label codes on the phone: the same rule as registry/kernel/checkcodes.py, which a test
   holds this to. */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 9;
const FOLDED = { O: "0", I: "1", L: "1" };
const ADDRESS = /^\s*[a-z][a-z0-9+.-]*:\/\/[^/\s]+\/(?:.*\/)?a\/([^/?#\s]+)/i;
const SHAPE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/* What was typed, in upper case, without separators, look-alikes folded. */
export function tidy(text) {
  const plain = text.toUpperCase().replace(/[\s\-‐‑‒–—−_.]+/g, "");
  return plain.replace(/[OIL]/g, (letter) => FOLDED[letter]);
}

/* Twice a value in GF(32) with the polynomial x^5 + x^2 + 1. */
function timesTwo(value) {
  const twice = value << 1;
  return twice & 0b100000 ? twice ^ 0b100101 : twice;
}

/* The character that completes an eight-character body. */
export function checkCharacter(body) {
  let total = 0;
  for (const letter of body) total = timesTwo(total) ^ ALPHABET.indexOf(letter);
  return ALPHABET[timesTwo(total)];
}

/* What a typed or scanned text is: {code}, {mistyped} where the check character does not
   fit, or {} for what has not the shape of a code at all (a number, a serial). Any host's
   label will do. */
export function readCode(text) {
  const address = ADDRESS.exec(text);
  const code = tidy(address ? address[1] : text);
  const shaped = SHAPE.test(code);
  if (!address && (!shaped || /^\d{8}/.test(code))) return {};
  const fits = shaped && checkCharacter(code.slice(0, -1)) === code[LENGTH - 1];
  return fits ? { code } : { mistyped: code };
}

/* A code as printed for reading: K7Q4-M2XN-T. */
export const grouped = (code) => `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;

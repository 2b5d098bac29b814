/* Reed–Solomon correction over GF(256), as QR symbols use it. */

const FIELD = 0x11d;
const POWER = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  POWER[exponent] = POWER[exponent + 255] = value;
  LOG[value] = exponent;
  value = (value << 1) ^ (value & 0x80 ? FIELD : 0);
}

const times = (a, b) => (a && b ? POWER[LOG[a] + LOG[b]] : 0);
const over = (a, b) => (a ? POWER[LOG[a] + 255 - LOG[b]] : 0);

/* The value of a polynomial whose coefficients are given from the lowest up. */
function valueAt(polynomial, x) {
  let value = 0;
  for (let i = polynomial.length - 1; i >= 0; i -= 1) value = times(value, x) ^ polynomial[i];
  return value;
}

/* What is left at each root of the generator; all zero if nothing is wrong. */
function syndromes(block, checks) {
  const found = new Uint8Array(checks);
  for (let root = 0; root < checks; root += 1) {
    let value = 0;
    for (const byte of block) value = times(value, POWER[root]) ^ byte;
    found[root] = value;
  }
  return found;
}

/* The polynomial whose roots say where the errors are (Berlekamp–Massey). */
function locator(wrong) {
  let [now, before] = [[1], [1]];
  let [length, gap, last] = [0, 1, 1];
  for (let k = 0; k < wrong.length; k += 1) {
    let off = wrong[k];
    for (let i = 1; i <= length; i += 1) off ^= times(now[i] || 0, wrong[k - i]);
    if (!off) {
      gap += 1;
      continue;
    }
    const kept = now.slice();
    const factor = over(off, last);
    before.forEach((each, i) => {
      now[i + gap] = (now[i + gap] || 0) ^ times(factor, each);
    });
    for (let i = 0; i < now.length; i += 1) now[i] = now[i] || 0;
    if (2 * length <= k) {
      [length, before, last, gap] = [k + 1 - length, kept, off, 1];
    } else gap += 1;
  }
  return { polynomial: now, length };
}

/* Mends a block in place and says whether it could: `most` wrong bytes, no more. */
export function correct(block, checks, most) {
  const wrong = syndromes(block, checks);
  if (wrong.every((each) => each === 0)) return true;
  const { polynomial, length } = locator(wrong);
  if (length > most) return false;
  const evaluator = new Uint8Array(checks);
  for (let i = 0; i < checks; i += 1) {
    for (let j = 0; j <= i && j < polynomial.length; j += 1) {
      evaluator[i] ^= times(polynomial[j], wrong[i - j]);
    }
  }
  const slope = polynomial.map((each, i) => (i % 2 ? each : 0)).slice(1);
  let mended = 0;
  for (let place = 0; place < block.length; place += 1) {
    const exponent = (block.length - 1 - place) % 255;
    const inverse = POWER[255 - exponent];
    if (valueAt(polynomial, inverse) !== 0) continue;
    const divisor = valueAt(slope, inverse);
    if (!divisor) return false;
    block[place] ^= times(POWER[exponent], over(valueAt(evaluator, inverse), divisor));
    mended += 1;
  }
  return mended === length && syndromes(block, checks).every((each) => each === 0);
}

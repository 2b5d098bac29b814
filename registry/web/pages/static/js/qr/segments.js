/* From the bytes of a symbol to its text: numeric, alphanumeric, bytes, kanji. */

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const COUNT_BITS = { 1: [10, 12], 2: [9, 11], 4: [8, 16], 8: [8, 10] };

class Bits {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() {
    return 8 * this.bytes.length - this.at;
  }

  take(count) {
    if (count > this.left) throw new RangeError("the symbol ends too early");
    let value = 0;
    for (let i = 0; i < count; i += 1, this.at += 1) {
      value = 2 * value + ((this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1);
    }
    return value;
  }
}

/* The text, or null where the bits make none. */
export function textOf(bytes, version) {
  try {
    const bits = new Bits(bytes);
    let text = "";
    while (bits.left >= 4) {
      const mode = bits.take(4);
      if (mode === 0) break;
      text += segment(bits, mode, version);
    }
    return text || null;
  } catch {
    return null;
  }
}

function segment(bits, mode, version) {
  if (mode === 3) return skip(bits, 16);
  if (mode === 7) return skip(bits, [0, 8, 16, 16][Math.min(3, Math.clz32(~bits.take(8) << 24))]);
  if (mode === 5) return "";
  if (mode === 9) return skip(bits, 8);
  if (!(mode in COUNT_BITS)) throw new RangeError("no such kind of segment");
  const count = bits.take(COUNT_BITS[mode][version < 10 ? 0 : 1]);
  if (mode === 1) return digits(bits, count);
  if (mode === 2) return letters(bits, count);
  if (mode === 4) return bytesText(Uint8Array.from({ length: count }, () => bits.take(8)));
  return kanji(bits, count);
}

function skip(bits, count) {
  bits.take(count);
  return "";
}

function digits(bits, count) {
  let text = "";
  for (let left = count; left > 0; left -= 3) {
    const size = Math.min(3, left);
    const value = String(bits.take([4, 7, 10][size - 1])).padStart(size, "0");
    if (value.length > size) throw new RangeError("not digits");
    text += value;
  }
  return text;
}

function letters(bits, count) {
  let text = "";
  for (let left = count; left > 1; left -= 2) {
    const pair = bits.take(11);
    if (pair >= 45 * 45) throw new RangeError("not letters");
    text += LETTERS[Math.floor(pair / 45)] + LETTERS[pair % 45];
  }
  if (count % 2) {
    const one = bits.take(6);
    if (one >= 45) throw new RangeError("not a letter");
    text += LETTERS[one];
  }
  return text;
}

/* UTF-8 where it is that, else as printers in China write. */
function bytesText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

function kanji(bits, count) {
  const bytes = new Uint8Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    const value = bits.take(13);
    const joined = (Math.floor(value / 0xc0) << 8) | (value % 0xc0);
    const place = joined + (joined < 0x1f00 ? 0x8140 : 0xc140);
    bytes[2 * i] = place >> 8;
    bytes[2 * i + 1] = place & 0xff;
  }
  return new TextDecoder("shift_jis").decode(bytes);
}

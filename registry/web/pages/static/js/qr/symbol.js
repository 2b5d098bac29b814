/* From the modules of a symbol to its text. */
import { correct } from "./galois.js";
import { blocksOf, layoutOf, maskOf } from "./layout.js";
import { textOf } from "./segments.js";

const FORMATS = Array.from({ length: 32 }, (_, data) => {
  let rest = data << 10;
  for (let bit = 14; bit >= 10; bit -= 1) if (rest & (1 << bit)) rest ^= 0x537 << (bit - 10);
  return ((data << 10) | rest) ^ 0x5412;
});
const MOST_WRONG = 3;

/* The text of a square of modules (1 is dark, row by row), or null. */
export function decodeModules(modules, version) {
  const layout = layoutOf(version);
  for (const { level, mask } of formats(modules, layout.side)) {
    const text = decodeAs(modules, version, layout, level, mask);
    if (text !== null) return text;
  }
  return null;
}

/* What the two copies of the format say; both are tried where they differ. */
function formats(modules, side) {
  const dark = (x, y) => modules[y * side + x];
  const first = [];
  const second = [];
  for (let i = 0; i < 15; i += 1) {
    if (i < 6) first.push(dark(8, i));
    else if (i < 8) first.push(dark(8, i + 1));
    else if (i === 8) first.push(dark(7, 8));
    else first.push(dark(14 - i, 8));
    second.push(i < 8 ? dark(side - 1 - i, 8) : dark(8, side - 15 + i));
  }
  const tries = [nearest(first), nearest(second)];
  const good = tries.filter(({ wrong }) => wrong <= MOST_WRONG).sort((a, b) => a.wrong - b.wrong);
  const [one, other] = good;
  return other && other.data === one.data ? [one] : good;
}

function nearest(bits) {
  const read = bits.reduce((value, bit, i) => value | (bit << i), 0);
  let best = { wrong: 16, data: 0 };
  FORMATS.forEach((format, data) => {
    const wrong = ones(format ^ read);
    if (wrong < best.wrong) best = { wrong, data };
  });
  return { ...best, level: best.data >> 3, mask: best.data & 7 };
}

function ones(value) {
  let count = 0;
  for (let rest = value; rest; rest &= rest - 1) count += 1;
  return count;
}

function decodeAs(modules, version, { side, path }, level, mask) {
  const turned = maskOf(mask);
  const bytes = new Uint8Array(path.length >> 3);
  for (let i = 0; i < 8 * bytes.length; i += 1) {
    const [x, y] = path[i];
    if (modules[y * side + x] !== Number(turned(x, y))) bytes[i >> 3] |= 0x80 >> (i & 7);
  }
  const { sizes, checks, most } = blocksOf(version, level);
  const blocks = apart(bytes, sizes, checks);
  if (!blocks.every((block) => correct(block, checks, most))) return null;
  const whole = blocks.flatMap((block, i) => [...block.subarray(0, sizes[i])]);
  return textOf(Uint8Array.from(whole), version);
}

/* Blocks lie in a symbol byte by byte in turn; the long ones come last. */
function apart(bytes, sizes, checks) {
  const blocks = sizes.map((size) => new Uint8Array(size + checks));
  let at = 0;
  for (let i = 0; i < Math.max(...sizes); i += 1) {
    sizes.forEach((size, number) => {
      if (i < size) blocks[number][i] = bytes[at++];
    });
  }
  for (let i = 0; i < checks; i += 1) {
    sizes.forEach((size, number) => {
      blocks[number][size + i] = bytes[at++];
    });
  }
  return blocks;
}

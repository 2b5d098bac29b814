/* How a QR symbol (model 2, versions 1 to 10) is laid out: what lies where. */

export const VERSIONS = 10;

/* Check bytes of each block, and how many blocks, by version; levels as their two bits
   name them: M, L, H, Q. */
const CHECKS = [
  [10, 16, 26, 18, 24, 16, 18, 22, 22, 26],
  [7, 10, 15, 20, 26, 18, 20, 24, 30, 18],
  [17, 28, 22, 16, 22, 28, 26, 26, 24, 28],
  [13, 22, 18, 26, 18, 24, 18, 22, 20, 24],
];
const BLOCKS = [
  [1, 1, 1, 2, 2, 4, 4, 4, 5, 5],
  [1, 1, 1, 1, 1, 2, 2, 2, 2, 4],
  [1, 1, 2, 4, 4, 4, 5, 6, 8, 8],
  [1, 1, 2, 2, 4, 4, 6, 6, 8, 8],
];
/* Check bytes kept back so that a wrong symbol is not mended into another. */
const KEPT_BACK = { "1:1": 3, "1:0": 2, "1:3": 1, "1:2": 1, "2:1": 2, "3:1": 1 };

const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

const cache = new Map();

export const sideOf = (version) => 17 + 4 * version;

/* What every symbol of a version has: `fixed` modules that hold no data, the path of the
   data, and `known`, (x, y, dark) of those whose colour is the same in each. */
export function layoutOf(version) {
  if (!cache.has(version)) cache.set(version, drawn(version));
  return cache.get(version);
}

function drawn(version) {
  const side = sideOf(version);
  const fixed = new Uint8Array(side * side);
  const known = [];
  const fix = (left, top, width, height) => {
    for (let y = top; y < top + height; y += 1) fixed.fill(1, y * side + left, y * side + left + width);
  };
  fix(0, 0, 9, 9);
  fix(side - 8, 0, 8, 9);
  fix(0, side - 8, 9, 8);
  for (const [x, y] of [[3, 3], [side - 4, 3], [3, side - 4]]) {
    rings(known, x, y, 4, (ring) => ring !== 2 && ring !== 4, side);
  }
  for (let i = 8; i < side - 8; i += 1) known.push([i, 6, i % 2 === 0], [6, i, i % 2 === 0]);
  fix(8, 6, side - 16, 1);
  fix(6, 8, 1, side - 16);
  for (const [x, y] of alignments(version)) {
    fix(x - 2, y - 2, 5, 5);
    rings(known, x, y, 2, (ring) => ring !== 1, side);
  }
  if (version >= 7) {
    fix(side - 11, 0, 3, 6);
    fix(0, side - 11, 6, 3);
  }
  return { side, fixed, known, path: path(side, fixed) };
}

/* The rings round a module, as far as they lie in the symbol. */
function rings(known, x, y, most, isDark, side) {
  for (let dy = -most; dy <= most; dy += 1) {
    for (let dx = -most; dx <= most; dx += 1) {
      const [at, row] = [x + dx, y + dy];
      if (at < 0 || row < 0 || at >= side || row >= side) continue;
      known.push([at, row, isDark(Math.max(Math.abs(dx), Math.abs(dy)))]);
    }
  }
}

/* The middles of the alignment patterns. */
function alignments(version) {
  if (version === 1) return [];
  const last = sideOf(version) - 7;
  const lines = version < 7 ? [6, last] : [6, 2 * Math.round((last + 6) / 4), last];
  const all = lines.flatMap((y) => lines.map((x) => [x, y]));
  return all.filter(([x, y]) => !(x === 6 && (y === 6 || y === last)) && !(x === last && y === 6));
}

/* Data modules in the order of their bits: two columns up, two down, from the right. */
function path(side, fixed) {
  const found = [];
  let up = true;
  for (let right = side - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < side; i += 1) {
      const y = up ? side - 1 - i : i;
      for (const x of [right, right - 1]) if (!fixed[y * side + x]) found.push([x, y]);
    }
  }
  return found;
}

/* Whether the mask turns a module over. */
export const maskOf = (number) => MASKS[number];

/* The blocks of a symbol: how many data bytes each has, its check bytes, and how many
   wrong ones may be mended. */
export function blocksOf(version, level) {
  const checks = CHECKS[level][version - 1];
  const count = BLOCKS[level][version - 1];
  const bytes = layoutOf(version).path.length >> 3;
  const short = Math.floor(bytes / count);
  const most = (checks - (KEPT_BACK[`${version}:${level}`] || 0)) >> 1;
  const sizes = [];
  for (let i = 0; i < count; i += 1) sizes.push(short - checks + (i < count - (bytes % count) ? 0 : 1));
  return { sizes, checks, most };
}

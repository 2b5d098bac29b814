/* The three squares in the corners of a symbol: dark and light as 1:1:3:1:1 on every line
   through their middle, however they are turned. */

const MOST_FOUND = 14;
const MOST_TRIPLES = 8;
const LOOSE = 0.75;

/* Squares found, each {x, y, size of a module, hits}, the surest first. */
export function findersOf(image) {
  const found = [];
  const { dark, width, height } = image;
  const runs = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    runs.fill(0);
    let colour = 0;
    const row = y * width;
    for (let x = 0; x <= width; x += 1) {
      const now = x < width ? dark[row + x] : 1 - colour;
      if (now === colour) {
        runs[4] += 1;
        continue;
      }
      if (colour && isSquare(runs)) note(found, image, x - runs[4] - runs[3] - runs[2] / 2, y);
      runs[0] = runs[1];
      runs[1] = runs[2];
      runs[2] = runs[3];
      runs[3] = runs[4];
      runs[4] = 1;
      colour = now;
    }
  }
  return found.sort((a, b) => b.hits - a.hits).slice(0, MOST_FOUND);
}

function isSquare(runs) {
  const total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
  if (total < 7 || !runs[0] || !runs[1]) return false;
  const module = total / 7;
  const most = module * LOOSE;
  return (
    Math.abs(runs[0] - module) < most && Math.abs(runs[1] - module) < most &&
    Math.abs(runs[2] - 3 * module) < 2 * most &&
    Math.abs(runs[3] - module) < most && Math.abs(runs[4] - module) < most
  );
}

/* Looks along the column and the row through a supposed middle, and keeps it if both fit. */
function note(found, image, x, y) {
  const near = found.find((each) => Math.hypot(each.x - x, each.y - y) < 2.5 * each.size);
  if (near && near.hits > 6) {
    near.hits += 1;
    return;
  }
  const down = across(image, Math.floor(x), y, 0, 1);
  if (!down) return;
  const along = across(image, Math.floor(x), Math.floor(down.at), 1, 0);
  if (!along || along.total > 2 * down.total || down.total > 2 * along.total) return;
  const made = { x: along.at, y: down.at, size: Math.min(along.total, down.total) / 7, hits: 1 };
  const same = found.find((each) => Math.hypot(each.x - made.x, each.y - made.y) < 2.5 * each.size);
  if (!same) {
    found.push(made);
    return;
  }
  const weight = same.hits;
  for (const name of ["x", "y", "size"]) same[name] = (same[name] * weight + made[name]) / (weight + 1);
  same.hits += 1;
}

/* The five runs on a line through a middle, and where its own middle is. */
function across({ dark, width, height }, x, y, dx, dy) {
  const runs = [0, 0, 0, 0, 0];
  const walk = (sign, first) => {
    let at = sign > 0 ? 1 : 0;
    for (let part = 0; part < 3; part += 1) {
      const wanted = part === 1 ? 0 : 1;
      for (;;) {
        const px = x + sign * at * dx;
        const py = y + sign * at * dy;
        if (px < 0 || py < 0 || px >= width || py >= height) break;
        if (dark[py * width + px] !== wanted) break;
        runs[first + sign * part] += 1;
        at += 1;
      }
    }
    return at;
  };
  walk(-1, 2);
  const end = walk(1, 2);
  if (!isSquare(runs)) return null;
  const total = runs.reduce((sum, each) => sum + each, 0);
  return { at: (dx ? x : y) + end - runs[4] - runs[3] - runs[2] / 2, total };
}

/* Three squares that may be the corners of one symbol, likeliest first, each as
   {origin, right, down}: the corner in the middle, and the two it leads to. */
export function triplesOf(found) {
  const triples = [];
  for (let a = 0; a < found.length; a += 1) {
    for (let b = a + 1; b < found.length; b += 1) {
      for (let c = b + 1; c < found.length; c += 1) {
        const made = triple(found[a], found[b], found[c]);
        if (made) triples.push(made);
      }
    }
  }
  return triples.sort((a, b) => a.strain - b.strain).slice(0, MOST_TRIPLES);
}

const gap = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

function triple(a, b, c) {
  const sides = [[gap(b, c), a, b, c], [gap(a, c), b, a, c], [gap(a, b), c, a, b]];
  const [longest, origin, one, other] = sides.sort((left, right) => right[0] - left[0])[0];
  const [first, second] = [gap(origin, one), gap(origin, other)];
  const sizes = [a.size, b.size, c.size];
  const uneven = Math.max(...sizes) / Math.min(...sizes);
  const module = (sizes[0] + sizes[1] + sizes[2]) / 3;
  const legs = Math.max(first, second) / Math.min(first, second);
  if (uneven > 2.2 || legs > 2.2 || longest / module < 12 || longest / module > 130) return null;
  const slant = Math.abs(
    ((one.x - origin.x) * (other.x - origin.x) + (one.y - origin.y) * (other.y - origin.y)) / (first * second),
  );
  if (slant > 0.6) return null;
  const turn =
    (one.x - origin.x) * (other.y - origin.y) - (one.y - origin.y) * (other.x - origin.x);
  const [right, down] = turn > 0 ? [one, other] : [other, one];
  const strain = slant + Math.abs(Math.log(uneven)) + Math.abs(Math.log(legs));
  return { origin, right, down, strain };
}

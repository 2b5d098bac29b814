/* From three corners to the modules of a symbol: where each lies in the picture, also
   where the picture was taken from the side. */
import { layoutOf, VERSIONS } from "./layout.js";

const SPOTS = [[0.5, 0.5], [0.28, 0.28], [0.72, 0.28], [0.28, 0.72], [0.72, 0.72]];
const GOOD = 0.8;
const SPAN = 4;

/* Symbols that may stand in these corners: {version, modules}, one after the other. */
export function* samplesOf(image, corners) {
  const sides = likelySides(image, corners);
  for (const version of sides) {
    const layout = layoutOf(version);
    for (const fourth of fourths(image, corners, layout.side)) {
      let fit = fitted(image, corners, layout.side, fourth);
      if (version > 1) fit = aligned(image, corners, layout.side, fit) || fit;
      const { map, score } = climbed(image, fit, layout);
      if (score >= GOOD) yield { version, modules: modulesOf(image, map, layout.side) };
    }
  }
}

/* Versions by how well the distance of the corners fits them. */
function likelySides(image, { origin, right, down }) {
  const legs = [[origin, right], [right, origin], [origin, down], [down, origin]];
  const modules = legs.map(([from, to]) => {
    const reach = edge(image, from, to) / 3.5;
    return Math.hypot(to.x - from.x, to.y - from.y) / (reach || from.size) + 7;
  });
  const likely = (Math.sqrt(modules[0] * modules[1]) + Math.sqrt(modules[2] * modules[3])) / 2;
  const nearest = Math.round((likely - 17) / 4);
  const tries = [nearest, likely - 17 > 4 * nearest ? nearest + 1 : nearest - 1];
  return tries.filter((version) => version >= 1 && version <= VERSIONS);
}

/* How far the outer edge of a square is from its middle, towards another. */
function edge({ dark, width, height }, from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  let [turns, colour] = [0, 1];
  for (let at = 0; at < length / 2; at += 0.5) {
    const x = Math.floor(from.x + at * dx);
    const y = Math.floor(from.y + at * dy);
    if (x < 0 || y < 0 || x >= width || y >= height) return 0;
    const now = dark[y * width + x];
    if (now !== colour) {
      colour = now;
      turns += 1;
      if (turns === 3) return at;
    }
  }
  return 0;
}

/* Where the far corner may be: where the outer edges of two squares meet, and where it
   were if the symbol was seen from straight before it. */
function* fourths(image, { origin, right, down }, side) {
  const along = { x: (right.x - origin.x) / (side - 7), y: (right.y - origin.y) / (side - 7) };
  const below = { x: (down.x - origin.x) / (side - 7), y: (down.y - origin.y) / (side - 7) };
  const met = meeting(outerEdge(image, right, along, below), outerEdge(image, down, below, along));
  const flat = {
    x: right.x + down.x - origin.x + 3.5 * (along.x + below.x),
    y: right.y + down.y - origin.y + 3.5 * (along.y + below.y),
  };
  if (met && Math.hypot(met.x - flat.x, met.y - flat.y) < 0.6 * side * Math.hypot(along.x, along.y)) yield met;
  yield flat;
}

/* The line of a square's outer edge on one side: points are looked for outwards from the
   middle of its dark ring. */
function outerEdge({ dark, width, height }, middle, out, along) {
  const points = [];
  for (let t = -3; t <= 3; t += 0.5) {
    for (let reach = 2.6; reach < 5; reach += 0.1) {
      const x = middle.x + t * along.x + reach * out.x;
      const y = middle.y + t * along.y + reach * out.y;
      if (x < 0 || y < 0 || x >= width || y >= height) break;
      if (!dark[Math.floor(y) * width + Math.floor(x)]) {
        if (reach > 2.6) points.push([x, y]);
        break;
      }
    }
  }
  return points.length < 4 ? null : lineThrough(points);
}

/* The straight line nearest to points: a middle and a direction. */
function lineThrough(points) {
  const x = points.reduce((sum, each) => sum + each[0], 0) / points.length;
  const y = points.reduce((sum, each) => sum + each[1], 0) / points.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (const [px, py] of points) {
    xx += (px - x) ** 2;
    xy += (px - x) * (py - y);
    yy += (py - y) ** 2;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  return { x, y, dx: Math.cos(angle), dy: Math.sin(angle) };
}

function meeting(one, other) {
  if (!one || !other) return null;
  const turn = one.dx * other.dy - one.dy * other.dx;
  if (Math.abs(turn) < 0.2) return null;
  const at = ((other.x - one.x) * other.dy - (other.y - one.y) * other.dx) / turn;
  return { x: one.x + at * one.dx, y: one.y + at * one.dy };
}

/* The picture's corners of a symbol whose three middles and far corner are known. */
function fitted(image, { origin, right, down }, side, fourth) {
  const far = side - 3.5;
  return cornersOf(mapping([[3.5, 3.5], [far, 3.5], [side, side], [3.5, far]], [origin, right, fourth, down]), side);
}

/* The same, once the alignment pattern has been found near where it should be. */
function aligned(image, { origin, right, down }, side, corners) {
  const place = side - 6.5;
  const map = mapping(square(side), corners);
  let best = { score: 17 };
  for (let dv = -SPAN; dv <= SPAN; dv += 0.25) {
    for (let du = -SPAN; du <= SPAN; du += 0.25) {
      const score = rings(image, map, place + du, place + dv) - 0.15 * Math.hypot(du, dv);
      if (score > best.score) best = { score, point: apply(map, place + du, place + dv) };
    }
  }
  if (!best.point) return null;
  const far = side - 3.5;
  return cornersOf(mapping([[3.5, 3.5], [far, 3.5], [place, place], [3.5, far]], [origin, right, best.point, down]), side);
}

/* How many of 25 modules round a place are those of an alignment pattern. */
function rings(image, map, u, v) {
  let score = 0;
  for (let dv = -2; dv <= 2; dv += 1) {
    for (let du = -2; du <= 2; du += 1) {
      const wanted = Math.max(Math.abs(du), Math.abs(dv)) === 1 ? 0 : 1;
      if (darkAt(image, map, u + du, v + dv) === wanted) score += 1;
    }
  }
  return score;
}

/* Moves the corners little by little as long as the modules all symbols have fit better. */
function climbed(image, start, { side, known }) {
  const corners = start.map(({ x, y }) => ({ x, y }));
  const whole = known.length * SPOTS.length;
  let map = mapping(square(side), corners);
  let score = fitness(image, map, known);
  let step = (1.2 * Math.hypot(corners[1].x - corners[0].x, corners[1].y - corners[0].y)) / side;
  for (let round = 0; round < 7 && score < whole; round += 1, step *= 0.6) {
    for (const corner of corners) {
      for (const axis of ["x", "y"]) {
        for (const sign of [1, -1]) {
          corner[axis] += sign * step;
          const moved = mapping(square(side), corners);
          const now = fitness(image, moved, known);
          if (now > score) {
            [map, score] = [moved, now];
            break;
          }
          corner[axis] -= sign * step;
        }
      }
    }
  }
  return { map, score: score / whole };
}

function fitness(image, map, known) {
  let score = 0;
  for (const [x, y, dark] of known) {
    for (const [du, dv] of SPOTS) {
      if (darkAt(image, map, x + du, y + dv) === Number(dark)) score += 1;
    }
  }
  return score;
}

/* What most of a module's spots are; its middle counts twice. */
function modulesOf(image, map, side) {
  const modules = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      let dark = darkAt(image, map, x + 0.5, y + 0.5) === 1 ? 1 : 0;
      for (const [du, dv] of SPOTS) dark += darkAt(image, map, x + du, y + dv) === 1 ? 1 : 0;
      modules[y * side + x] = dark > 3 ? 1 : 0;
    }
  }
  return modules;
}

/* The pixel under a place of the symbol; -1 outside of the picture. */
function darkAt({ dark, width, height }, map, u, v) {
  const below = map[6] * u + map[7] * v + 1;
  const x = (map[0] * u + map[1] * v + map[2]) / below;
  const y = (map[3] * u + map[4] * v + map[5]) / below;
  return x < 0 || y < 0 || x >= width || y >= height ? -1 : dark[(y | 0) * width + (x | 0)];
}

function apply(map, u, v) {
  const below = map[6] * u + map[7] * v + 1;
  return {
    x: (map[0] * u + map[1] * v + map[2]) / below,
    y: (map[3] * u + map[4] * v + map[5]) / below,
  };
}

const square = (side) => [[0, 0], [side, 0], [side, side], [0, side]];
const cornersOf = (map, side) => square(side).map(([u, v]) => apply(map, u, v));

/* The projective mapping that takes four places to four points: eight equations. */
function mapping(places, points) {
  const rows = [];
  places.forEach(([u, v], i) => {
    const { x, y } = points[i];
    rows.push([u, v, 1, 0, 0, 0, -u * x, -v * x, x], [0, 0, 0, u, v, 1, -u * y, -v * y, y]);
  });
  for (let column = 0; column < 8; column += 1) {
    let best = column;
    for (let row = column + 1; row < 8; row += 1) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[best][column])) best = row;
    }
    [rows[column], rows[best]] = [rows[best], rows[column]];
    const pivot = rows[column][column] || 1e-12;
    for (let row = 0; row < 8; row += 1) {
      if (row === column || !rows[row][column]) continue;
      const factor = rows[row][column] / pivot;
      for (let i = column; i < 9; i += 1) rows[row][i] -= factor * rows[column][i];
    }
  }
  return rows.map((row, i) => row[8] / (row[i] || 1e-12));
}


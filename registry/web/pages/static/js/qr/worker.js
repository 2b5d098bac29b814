/* Reads pictures beside the page, so that it never stands still meanwhile. */
import { decode } from "./decode.js";

onmessage = ({ data: { number, width, height, pixels, ways } }) => {
  const text = decode({ data: new Uint8ClampedArray(pixels), width, height }, ways);
  postMessage({ number, text });
};
postMessage({ ready: true });

/* Reading QR codes on the device: by a worker, or here where the browser has none that
   takes modules. */
import { decode, QUICK } from "./decode.js";

const PATIENCE = 4000;

const THOROUGH = 4;

let reader = null;
let asked = 0;

/* The text of a symbol in ImageData, or null. `quick`: the next picture comes anyway, so
   that only every fourth is looked at in all ways. */
export async function readPixels(picture, { quick = false } = {}) {
  reader ??= begin();
  asked += 1;
  return (await reader)(picture, quick && asked % THOROUGH ? QUICK : undefined);
}

/* The worker if it starts in time; a browser that cannot start it reads here. */
function begin() {
  return new Promise((done) => {
    const here = () => done((picture, ways) => decode(picture, ways));
    let worker;
    try {
      worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    } catch {
      here();
      return;
    }
    const timer = setTimeout(here, PATIENCE);
    worker.onerror = () => {
      clearTimeout(timer);
      here();
    };
    worker.onmessage = () => {
      clearTimeout(timer);
      done(through(worker));
    };
  });
}

function through(worker) {
  const waiting = new Map();
  let last = 0;
  worker.onmessage = ({ data: { number, text } }) => {
    waiting.get(number)(text);
    waiting.delete(number);
  };
  worker.onerror = () => {
    for (const done of waiting.values()) done(null);
    waiting.clear();
  };
  return ({ data, width, height }, ways) =>
    new Promise((done) => {
      const number = (last += 1);
      waiting.set(number, done);
      const message = { number, width, height, pixels: data.buffer, ways };
      worker.postMessage(message, [data.buffer]);
    });
}

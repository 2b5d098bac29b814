/* The camera: opening it, and reading codes from its picture here or on the server. */
import { csrfHeaders } from "./page.js";

const HERE = 150;
const THERE = 280;
const SIZE = { width: 640, height: 480 };
const ERRORS = { NotAllowedError: "denied", NotFoundError: "absent" };

/* Why there is no camera at all, or "" if there may be one. */
export function whyNot() {
  if (!window.isSecureContext) return "insecure";
  return navigator.mediaDevices && navigator.mediaDevices.getUserMedia ? "" : "absent";
}

/* Shows the rear camera in a video; throws an Error whose message says why not. */
export async function openCamera(video) {
  try {
    const picture = { facingMode: "environment", width: { ideal: 1280 } };
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: picture });
    await video.play();
  } catch (error) {
    closeCamera(video);
    throw new Error(ERRORS[error.name] || "failed");
  }
}

export function closeCamera(video) {
  const tracks = video.srcObject ? video.srcObject.getTracks() : [];
  for (const track of tracks) track.stop();
  video.srcObject = null;
}

/* Reads on until stopped; calls back with each text, and with trouble in a word. */
export function readOn(video, frameUrl, { onText, onTrouble }) {
  let going = true;
  const go = async () => {
    const { read, pause } = await bestReader(frameUrl);
    while (going) {
      const { text, trouble } = await read(video).catch(() => ({ trouble: "offline" }));
      if (going && text) onText(text);
      if (going && trouble) onTrouble(trouble);
      await new Promise((done) => setTimeout(done, trouble ? 10 * pause : pause));
    }
  };
  go();
  return () => {
    going = false;
  };
}

/* By the browser itself where it can, by our own decoder where not; the server reads one
   picture after the other only for a browser that does not even run that. */
async function bestReader(frameUrl) {
  const Detector = window.BarcodeDetector;
  const formats = Detector ? await Detector.getSupportedFormats().catch(() => []) : [];
  if (formats.includes("qr_code")) {
    const detector = new Detector({ formats: ["qr_code"] });
    return { read: (video) => readHere(detector, video), pause: HERE };
  }
  try {
    const { readPixels } = await import("./qr/reader.js");
    return { read: (video) => readOurselves(readPixels, video), pause: HERE };
  } catch (error) {
    if (!frameUrl) throw error;
    return { read: (video) => readThere(video, frameUrl), pause: THERE };
  }
}

async function readHere(detector, video) {
  const found = await detector.detect(video).catch(() => []);
  return { text: found.length ? found[0].rawValue : "" };
}

async function readOurselves(readPixels, video) {
  const canvas = middleOf(video);
  if (!canvas) return {};
  const { width, height } = canvas;
  const pixels = canvas.getContext("2d").getImageData(0, 0, width, height);
  return { text: await readPixels(pixels, { quick: true }) };
}

async function readThere(video, frameUrl) {
  const canvas = middleOf(video);
  if (!canvas) return {};
  const frame = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
  const answer = await fetch(frameUrl, {
    method: "POST",
    headers: { ...csrfHeaders(), "Content-Type": "image/jpeg" },
    body: frame,
  });
  if (answer.status === 204) return {};
  if (answer.ok) return { text: (await answer.json()).text };
  return { trouble: [401, 403].includes(answer.status) ? "signed_out" : "busy" };
}

/* The middle of the picture, where the label is held, on a small canvas; null before
   there is a picture. */
function middleOf(video) {
  const { videoWidth, videoHeight } = video;
  if (!videoWidth) return null;
  const width = 0.8 * Math.min(videoWidth, (videoHeight * 4) / 3);
  const height = (width * 3) / 4;
  const canvas = Object.assign(document.createElement("canvas"), SIZE);
  const [left, top] = [(videoWidth - width) / 2, (videoHeight - height) / 2];
  const picture = canvas.getContext("2d", { willReadFrequently: true });
  picture.drawImage(video, left, top, width, height, 0, 0, SIZE.width, SIZE.height);
  return canvas;
}

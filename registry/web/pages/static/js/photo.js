/* A photo of a label: read on the device, and by the server where that finds nothing. */
import { csrfHeaders } from "./page.js";

const MOST = 1600;
const SIDES = [900, 1600, 500];

/* {text}, or {trouble} in a word. */
export async function readPhoto(file, photoUrl) {
  const text = await readPhotoHere(file);
  return text ? { text } : readPhotoThere(file, photoUrl);
}

/* The text, or null where this device finds none; no network is needed. */
export async function readPhotoHere(file) {
  try {
    const { readPixels } = await import("./qr/reader.js");
    for (const side of SIDES) {
      const canvas = await drawn(file, side);
      const { width, height } = canvas;
      const pixels = canvas.getContext("2d").getImageData(0, 0, width, height);
      const text = await readPixels(pixels);
      if (text) return text;
    }
  } catch {
    return null;
  }
  return null;
}

async function readPhotoThere(file, photoUrl) {
  const form = new FormData();
  form.append("photo", await smaller(file), "label.jpg");
  const headers = { ...csrfHeaders(), Accept: "application/json" };
  const answer = await fetch(photoUrl, { method: "POST", headers, body: form });
  if (answer.ok) return answer.json();
  if ([401, 403].includes(answer.status)) return { trouble: "signed_out" };
  return { trouble: answer.status === 422 ? "unread" : "busy" };
}

/* At most 1,600 pixels a side; the file itself where the browser cannot draw it. */
export async function smaller(file) {
  try {
    const canvas = await drawn(file, MOST);
    return await new Promise((done, fail) => {
      const take = (blob) => (blob ? done(blob) : fail(new Error("no picture")));
      canvas.toBlob(take, "image/jpeg", 0.85);
    });
  } catch {
    return file;
  }
}

async function drawn(file, most) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

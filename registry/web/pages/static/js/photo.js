/* A photo of a label, made small before it is sent and read by the server. */
import { csrfHeaders } from "./page.js";

const MOST = 1600;

/* {text}, or {trouble} in a word. */
export async function readPhoto(file, photoUrl) {
  const form = new FormData();
  form.append("photo", await smaller(file), "label.jpg");
  const headers = { ...csrfHeaders(), Accept: "application/json" };
  const answer = await fetch(photoUrl, { method: "POST", headers, body: form });
  if (answer.ok) return answer.json();
  if ([401, 403].includes(answer.status)) return { trouble: "signed_out" };
  return { trouble: answer.status === 422 ? "unread" : "busy" };
}

/* At most 1,600 pixels a side; the file itself where the browser cannot draw it. */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, MOST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => {
      const take = (blob) => (blob ? done(blob) : fail(new Error("no picture")));
      canvas.toBlob(take, "image/jpeg", 0.85);
    });
  } catch {
    return file;
  }
}

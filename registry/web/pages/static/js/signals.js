/* An answer one hears and feels: high once for yes, twice for again, falling for another
   place, low for no. */

const TONES = {
  good: { notes: [[1320, 0, 0.12]], shake: [60] },
  again: { notes: [[880, 0, 0.08], [880, 0.14, 0.08]], shake: [40, 60, 40] },
  other: { notes: [[1046, 0, 0.1], [698, 0.12, 0.2]], shake: [120, 60, 120] },
  bad: { notes: [[220, 0, 0.35]], shake: [250] },
};

let sound = null;

/* Browsers let a page sound only after its reader has touched it. */
export function allowSound() {
  const Sound = window.AudioContext || window.webkitAudioContext;
  if (!sound && Sound) sound = new Sound();
  if (sound && sound.state === "suspended") sound.resume();
}

export function signal(kind) {
  const { notes, shake } = TONES[kind];
  const touched = !navigator.userActivation || navigator.userActivation.hasBeenActive;
  if (navigator.vibrate && touched) navigator.vibrate(shake);
  if (!sound || sound.state !== "running") return;
  for (const [pitch, after, length] of notes) play(pitch, after, length);
}

function play(pitch, after, length) {
  const begin = sound.currentTime + after;
  const tone = sound.createOscillator();
  const loudness = sound.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.25, begin);
  loudness.gain.exponentialRampToValueAtTime(0.001, begin + length);
  tone.connect(loudness).connect(sound.destination);
  tone.start(begin);
  tone.stop(begin + length);
}

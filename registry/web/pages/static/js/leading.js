/* Which of a browser's open pages leads: exactly one, and another when it goes. */

const PULSE = 1500;
const STALE = 4500;
const DOUBT = 200;

/* Have `chosen` called when this page leads, `deposed` if another has taken over. Gives
   a function that gives the lead up. Locks exist on HTTPS alone. */
export function contend(name, chosen, deposed) {
  return navigator.locks ? byLock(name, chosen) : byPulse(name, chosen, deposed);
}

function byLock(name, chosen) {
  const waiting = new AbortController();
  let release = () => waiting.abort();
  const held = () =>
    new Promise((done) => {
      release = done;
      chosen();
    });
  navigator.locks.request(name, { signal: waiting.signal }, held).catch(() => {});
  return () => release();
}

/* Whoever leads says so again and again; when it falls silent another says so. */
function byPulse(name, chosen, deposed) {
  const mine = `${Date.now()}-${Math.random()}`;
  let leads = false;
  const lead = () => {
    leads = true;
    chosen();
  };
  const beat = () => {
    const holder = read(name);
    const others = holder && holder.id !== mine;
    if (others && (leads || Date.now() - holder.at < STALE)) {
      if (leads) deposed();
      leads = false;
      return;
    }
    if (!write(name, { id: mine, at: Date.now() })) {
      if (!leads) lead();
    } else if (!leads) {
      setTimeout(confirm, DOUBT + DOUBT * Math.random());
    }
  };
  const confirm = () => {
    const holder = read(name);
    if (!leads && timer && holder && holder.id === mine) lead();
  };
  let timer = setInterval(beat, PULSE);
  beat();
  return () => {
    clearInterval(timer);
    timer = 0;
    const holder = read(name);
    if (holder && holder.id === mine) localStorage.removeItem(name);
  };
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

/* Whether it could be kept; where nothing can, every page leads for itself. */
function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

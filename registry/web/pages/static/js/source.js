/* The one connection to the server: a stream, or without one a look from time to time. */

const LOOK = 10000;
const LOOK_LATER = 30000;
const STREAM_AGAIN = 60000;
const SILENCE = 40000;
const LOST_AFTER = 4000;

const about = (wait) => wait * (0.8 + 0.4 * Math.random());

export const UNATTENDED = { "X-Unattended": "1" };

/* What has happened since a position: {position, topics, reset, more, own}; "ended"
   without a session, null if there is no answer. */
export async function look(url, position) {
  try {
    const answer = await fetch(`${url}?after=${position}`, {
      headers: { Accept: "application/json", ...UNATTENDED },
      redirect: "manual",
    });
    if (answer.ok) return await answer.json();
    return [0, 401, 403].includes(answer.status) ? "ended" : null;
  } catch {
    return null;
  }
}

export class Source {
  /* `hear(news)` gets {position, topics, reset}; `show(state)` one of live, looking,
     lost, ended; `replaced()` is called when another page of this browser has taken
     the stream. Without the address of a stream it only looks. */
  constructor({ stream, news, position, hear, show, replaced }) {
    Object.assign(this, { stream, news, position, hear, show, replaced });
    this.own = null;
    this.timers = {};
    if (stream) this.listen();
    else this.lookOn();
  }

  close() {
    this.closed = true;
    this.drop();
  }

  drop() {
    Object.values(this.timers).forEach(clearTimeout);
    this.timers = {};
    if (this.events) this.events.close();
    this.events = null;
  }

  later(name, wait, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, wait);
  }

  listen() {
    const events = new EventSource(`${this.stream}?after=${this.position}`);
    this.events = events;
    const on = (name, act) =>
      events.addEventListener(name, (event) => {
        if (this.events !== events) return;
        this.later("silence", SILENCE, () => this.again());
        act(JSON.parse(event.data));
      });
    on("hello", () => {
      this.timers.lost = clearTimeout(this.timers.lost);
      this.show("live");
    });
    on("news", (news) => this.tell(news));
    on("reset", ({ position }) => this.tell({ position, reset: true }));
    on("own", ({ topics }) => this.tell({ topics }));
    on("beat", ({ position }) => {
      if (position) this.position = position;
    });
    on("ended", () => this.end());
    on("replaced", () => {
      this.close();
      this.replaced();
    });
    events.onerror = () => {
      if (this.events !== events) return;
      if (events.readyState !== EventSource.CLOSED) {
        this.soonLost();
        return;
      }
      this.drop();
      this.later("stream", about(STREAM_AGAIN), () => this.again());
      this.lookOn();
    };
    this.later("silence", SILENCE, () => this.again());
  }

  again() {
    this.drop();
    this.soonLost();
    this.listen();
  }

  soonLost() {
    if (!this.timers.lost) this.later("lost", LOST_AFTER, () => this.show("lost"));
  }

  end() {
    this.close();
    this.show("ended");
  }

  tell(news) {
    if (news.position) this.position = news.position;
    this.hear(news);
  }

  async lookOn() {
    const found = await look(this.news, this.position);
    if (this.closed || this.events) return;
    if (found === "ended") {
      this.end();
      return;
    }
    if (found) {
      this.timers.lost = clearTimeout(this.timers.lost);
      this.show("looking");
      this.take(found);
    } else {
      this.soonLost();
    }
    const wait = found ? (found.more ? 0 : LOOK) : LOOK_LATER;
    this.later("look", about(wait), () => this.lookOn());
  }

  take({ position, topics, reset, own }) {
    const before = this.own || {};
    const changed = Object.keys(own).filter((topic) => before[topic] !== own[topic]);
    this.own = own;
    this.tell({ position, topics: [...topics, ...changed], reset });
  }
}

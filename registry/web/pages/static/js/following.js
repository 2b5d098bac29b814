/* All open pages of a browser follow through one of them, which holds the connection. A
   page that is hidden for a while lets go; shown again it goes on where it was. */
import { contend } from "./leading.js";
import { look, Source } from "./source.js";

/* Without channels each page looks for itself from time to time. */
const TOGETHER = "BroadcastChannel" in window;
const HIDDEN = 60000;
const KEPT = 200;

export class Following {
  /* `hear(news)` gets {position, topics, reset}; `show(state)` one of live, looking,
     lost, ended. `who` keeps people apart who use one browser one after the other. */
  constructor({ stream, news, position, who, hear, show }) {
    Object.assign(this, { stream, news, position, hear, show });
    this.name = `live:${who}`;
    this.id = `${Date.now()}-${Math.random()}`;
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", ({ persisted }) => persisted && this.join());
    document.addEventListener("freeze", () => this.leave());
    document.addEventListener("visibilitychange", () => this.turned());
    if (!document.hidden) this.join();
  }

  turned() {
    clearTimeout(this.letting);
    if (document.hidden) this.letting = setTimeout(() => this.leave(), HIDDEN);
    else this.join();
  }

  join() {
    if (this.channel || this.isOver) return;
    this.channel = channelOf(this.name);
    this.channel.onmessage = ({ data }) => this.got(data);
    this.channel.postMessage({ kind: "join", id: this.id });
    this.resign = TOGETHER ? this.contend() : this.alone();
    if (this.hasLeft) this.hear({ reset: true });
  }

  contend() {
    return contend(
      this.name,
      () => this.lead(),
      () => this.follow(),
    );
  }

  alone() {
    this.lead();
    return () => {};
  }

  leave() {
    if (!this.channel) return;
    this.hasLeft = true;
    this.follow();
    this.resign();
    this.channel.close();
    this.channel = null;
  }

  /* Signing out: every page of this browser stops. */
  end() {
    if (this.channel) this.channel.postMessage({ kind: "state", state: "ended" });
    this.over();
  }

  over() {
    this.isOver = true;
    this.leave();
    this.show("ended");
  }

  lead() {
    if (!this.channel || this.source) return;
    this.since = this.position;
    this.kept = [];
    this.source = new Source({
      stream: TOGETHER ? this.stream : null,
      news: this.news,
      position: this.position,
      hear: (news) => this.pass(news),
      show: (state) => this.passState(state),
      replaced: () => this.follow(),
    });
  }

  follow() {
    if (this.source) this.source.close();
    this.source = null;
  }

  pass(news) {
    if (news.position) this.kept.push(news);
    while (this.kept.length > KEPT) this.since = this.kept.shift().position;
    this.channel.postMessage({ kind: "news", news });
    this.take(news);
  }

  passState(state) {
    this.state = state;
    this.channel.postMessage({ kind: "state", state });
    this.got({ kind: "state", state });
  }

  take(news) {
    if (news.position > this.position) this.position = news.position;
    this.hear(news);
  }

  got(message) {
    if (message.kind === "join" && this.source) this.welcome(message.id);
    if (message.kind === "welcome" && message.id === this.id) this.catchUp(message);
    if (message.kind === "news") this.take(message.news);
    if (message.kind !== "state") return;
    if (message.state === "ended") this.over();
    else this.show(message.state);
  }

  welcome(id) {
    const { since, kept, state } = this;
    this.channel.postMessage({ kind: "welcome", id, since, kept, state });
  }

  /* What happened between this page and its joining in. */
  async catchUp({ since, kept, state }) {
    if (state) this.show(state);
    if (since <= this.position) {
      kept.filter(({ position }) => position > this.position).forEach(this.take, this);
      return;
    }
    const found = await look(this.news, this.position);
    if (found && found !== "ended") this.take(found);
  }
}

function channelOf(name) {
  return TOGETHER ? new BroadcastChannel(name) : { postMessage() {}, close() {} };
}

// A WebSocket that comes back by itself, and requests that are done once.

/** Seconds before the first try to come back, and the most. */
const FIRST_WAIT = 0.5;
const LONGEST_WAIT = 30;
/** Seconds within which a server that is there answers, and lets the page in. */
const ANSWER_WITHIN = 5;
const OPEN_WITHIN = 15;
/** After these the page does not come back. */
const FAREWELLS = new Set(
  "quit idle ghost unlinked elsewhere flooding guessing no-name".split(" "),
);
/** Refusals of who comes in that are over in a while. */
const LATER = new Set(
  (
    "server-full too-many-connections too-many-new-connections store-unavailable " +
    "busy-with-logins connection-closing cannot-check-password cannot-now failed"
  ).split(" "),
);
/** What may be asked twice without harm. */
const READING = new Set(["history", "who", "rooms", "complete", "search", "ping", "read"]);

/** The server refuses a request, or it is unknown whether it was done. */
export class Refusal extends Error {
  constructor(code, message, facts = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

export class Connection {
  isIn = false;
  #url;
  #listener;
  #socket = null;
  #hello = null;
  #timer = 0;
  #tries = 0;
  #cause = "";
  // Bytes in one message; 0 is no limit.
  #most = 0;
  // Labels of one page never come again on another, nor after a reload.
  #prefix = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #count = 0;
  // Messages of the server.
  #heard = 0;
  // By label, in the order in which they were asked.
  #pending = new Map();

  /**
   * @param {Object<string, function>} listener `told(event, about)`, and about what it answers;
   *   `entered(hello)`; `refused(refusal)`, and nothing more is tried; `lost(seconds, why)`, until
   *   the next try; `ended(cause)`, by the server.
   */
  constructor(url, listener) {
    this.#url = url;
    this.#listener = listener;
    addEventListener("online", () => this.wake());
    addEventListener("pageshow", (event) => event.persisted && this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  /** Come in, and come back when the connection is lost; `hello()` returns a name, or a token. */
  enter(hello) {
    this.leave();
    this.#hello = hello;
    this.#open();
  }

  /** Close it for good; what was not answered never is. */
  leave() {
    this.#hello = null;
    this.#drop();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const asked of pending) asked.reject(new Refusal("gone", "The connection was closed."));
  }

  /**
   * Ask the server for something, now or as soon as the connection is there.
   *
   * @param {Object} about is given to the listener with whatever answers, besides the name.
   * @returns {Promise<Object[]>} the events that answered; rejected with a `Refusal`.
   */
  ask(request, members = {}, about = {}) {
    return new Promise((resolve, reject) => {
      const asked = this.#asked({ request, ...about }, members, resolve, reject);
      this.#pending.set(asked.label, asked);
      if (this.isIn) this.#send(asked);
      const isLate = () => this.isIn && asked.isSent && this.#pending.has(asked.label);
      if (request !== "ping") setTimeout(() => isLate() && this.wake(), ANSWER_WITHIN * 1000);
    });
  }

  #asked(about, members, resolve, reject) {
    const label = `${this.#prefix}-${(this.#count += 1)}`;
    return { about, members, label, resolve, reject, answers: [] };
  }

  /** Look whether the server is still there: the machine may have slept, or changed its network. */
  wake() {
    if (!this.#hello) return;
    if (!this.#socket) {
      this.#tries = 0;
      this.#open();
      return;
    }
    if (!this.isIn) return;
    const [socket, heard] = [this.#socket, this.#heard];
    setTimeout(() => {
      if (socket === this.#socket && heard === this.#heard) this.#lose();
    }, ANSWER_WITHIN * 1000);
    this.ask("ping").catch(() => {});
  }

  #open() {
    clearTimeout(this.#timer);
    this.#cause = "";
    const socket = new WebSocket(this.#url, "chat.json");
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lose(), OPEN_WITHIN * 1000);
    socket.onopen = () => this.#greet();
    socket.onmessage = (event) => this.#take(JSON.parse(event.data));
    socket.onclose = (event) => this.#close(event.code);
  }

  /** Forget the socket; whatever it still has to say is not heard. */
  #drop() {
    clearTimeout(this.#timer);
    this.isIn = false;
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #close(code) {
    // Who is closed in order and without a cause goes on elsewhere: with the same token.
    const cause = this.#cause || (code === 1000 && this.isIn ? "elsewhere" : "");
    if (FAREWELLS.has(cause)) {
      this.leave();
      this.#listener.ended(cause);
    } else {
      this.#lose();
    }
  }

  #lose(why = "") {
    this.#drop();
    // Not all come back at once.
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries);
    const seconds = longest * (0.5 + Math.random() / 2);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#open(), seconds * 1000);
    this.#listener.lost(seconds, why);
  }

  #send(asked) {
    const { about, members, label } = asked;
    const message = JSON.stringify({ request: about.request, ...members, label });
    // The server could not read one that is too long, nor its label.
    if (this.#most && new Blob([message]).size > this.#most) {
      this.#pending.delete(label);
      const sentence = `That is too long: a message may have ${this.#most} bytes.`;
      asked.reject(new Refusal("message-too-long", sentence));
      return;
    }
    asked.isSent = true;
    this.#socket.send(message);
  }

  #greet() {
    const members = { sentences: true, questions: true, device: "web page", ...this.#hello() };
    const resolve = (answers) => this.#begin(answers.find((each) => each.event === "hello"));
    const reject = (refusal) => {
      if (LATER.has(refusal.code)) this.#lose(refusal.message);
      else if (refusal.code !== "gone") this.#listener.refused(refusal);
    };
    // Before all that waits: it is the first to be answered.
    const waiting = [...this.#pending].filter(([, asked]) => asked.about.request !== "hello");
    const asked = this.#asked({ request: "hello" }, members, resolve, reject);
    this.#pending = new Map([[asked.label, asked], ...waiting]);
    this.#send(asked);
  }

  /** Ask again for what was not answered: in the session that goes on, nothing is done twice. */
  #begin(hello) {
    clearTimeout(this.#timer);
    this.isIn = true;
    this.#tries = 0;
    this.#most = hello.max_message;
    for (const [label, asked] of [...this.#pending]) {
      const { request } = asked.about;
      // In another session, a command would be done in another room.
      const isFree = !asked.isSent && request !== "command";
      if (hello.is_resumed || isFree || READING.has(request)) {
        asked.answers = [];
        this.#send(asked);
      } else {
        this.#pending.delete(label);
        const sentence = "The connection was lost before the server answered. Look whether it is done.";
        asked.reject(new Refusal("lost", sentence));
      }
    }
  }

  #take(told) {
    this.#heard += 1;
    const asked = this.#pending.get(told.label);
    if (told.event === "closed") this.#cause = told.cause;
    // A code waits for its user, on another device.
    if (told.event === "link-waits") clearTimeout(this.#timer);
    if (asked && (told.error || told.event === "done")) {
      this.#pending.delete(told.label);
      if (told.error) asked.reject(new Refusal(told.error, told.message, told.facts));
      else asked.resolve(asked.answers);
      return;
    }
    asked?.answers.push(told);
    if (told.event === "hello") this.#listener.entered(told);
    else this.#listener.told(told, asked?.about);
  }
}

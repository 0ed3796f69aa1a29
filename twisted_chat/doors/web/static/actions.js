// Actions: what the reader wants done, as requests to the server.

import { Refusal } from "./connection.js";

/** Lines on a page of history. */
const PAGE = 100;
/** Seconds after which the server is told what was read. */
const READ_AFTER = 2;
/** Seconds until the next room is read that is not looked at: requests have a rate. */
const NEXT_AFTER = 2;
/** Commands that ask for secrets: what stands before these, and they, by name. */
const SECRETS = {
  register: [["code"], ["password"]],
  unregister: [[], ["password"]],
  passwd: [[], ["old", "new"]],
  login: [["nick"], ["password"]],
  ghost: [["nick"], ["password"]],
  lock: [[], ["password"]],
  join: [["room"], ["password"]],
  j: [["room"], ["password"]],
};

const characters = (text) => [...text].length;

export class Actions {
  #reading = new Map();

  /**
   * @param {function(string, string[]): Promise<Object|null>} askSecrets asks the reader for secrets
   *   by their names, for a command; null if they give none.
   */
  constructor(connection, state, askSecrets) {
    this.connection = connection;
    this.state = state;
    this.askSecrets = askSecrets;
  }

  #command(name, args) {
    return this.connection.ask("command", { name, args }, { isQuiet: true });
  }

  /** Let what is typed now go to `place`, if that is a room. */
  async #enter(place) {
    if (place?.kind !== "room" || this.state.serverRoom === place.name) return;
    // Requests are done one after the other: what follows need not wait.
    this.state.serverRoom = place.name;
    this.#command("join", { room: place.name }).catch(() => (this.state.serverRoom = ""));
  }

  /** Do a command about a line of `place`; return whether it is done, and tell the reader if not. */
  async #about(place, name, args) {
    this.#enter(place);
    try {
      await this.#command(name, args);
      return true;
    } catch (refusal) {
      this.#tell(refusal);
      return false;
    }
  }

  #tell(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    this.state.note(refusal.message, { kind: "refusal" });
  }

  // -- talking --

  /**
   * Send what the reader has typed, as a line of a terminal is taken; several lines are one message.
   *
   * @returns {Promise<boolean>} whether it was taken.
   */
  async send(text, place) {
    try {
      await this.#send(text, place.kind === "results" ? place.of : place);
      return true;
    } catch (refusal) {
      if (refusal.code === "password-required" && (await this.#giveSecrets(text))) return true;
      this.#tell(refusal);
      return false;
    }
  }

  #send(text, place) {
    const isCommand = text.startsWith("/") && !text.startsWith("//");
    if (place?.kind === "person" && !isCommand) {
      return this.connection.ask("tell", { nick: place.name, text: text.replace(/^\/\//, "/") });
    }
    if (text.includes("\n") && !isCommand) {
      return this.connection.ask("say", { text, room: place.name });
    }
    this.#enter(place);
    return this.connection.ask("command", { text });
  }

  async #giveSecrets(text) {
    const [name, ...words] = text.slice(1).split(/\s+/);
    const [given, secret] = SECRETS[name.toLowerCase()] ?? [];
    if (!secret) return false;
    const secrets = await this.askSecrets(name, secret);
    if (!secrets) return true;
    const args = Object.fromEntries(given.map((each, index) => [each, words[index] ?? ""]));
    const full = { j: "join" }[name] ?? name.toLowerCase();
    // As typed: what it does is shown.
    await this.connection
      .ask("command", { name: full, args: { ...args, ...secrets } })
      .catch((refusal) => this.#tell(refusal));
    return true;
  }

  /** Answer a line. */
  reply(place, line, text) {
    return this.#about(place, "re", { number: line.number, text });
  }

  edit(place, line, text) {
    return this.#about(place, "edit", { number: line.number, text });
  }

  remove(place, line) {
    return this.#about(place, "delete", { number: line.number });
  }

  pin(place, line) {
    return this.#about(place, line.isPinned ? "unpin" : "pin", { number: line.number });
  }

  /** React to a line, or take the reaction back. */
  async react(place, line, symbol) {
    this.#enter(place);
    const args = { number: line.number, symbol };
    try {
      await this.#command("react", args);
      return true;
    } catch (refusal) {
      if (refusal.code === "reacted-already") return this.#about(place, "unreact", args);
      this.#tell(refusal);
      return false;
    }
  }

  /**
   * Ask how a text can continue.
   *
   * @param {number} cursor in units of JavaScript; the server counts characters.
   * @returns {Promise<Object>} from `start` one of `words` may stand; `names` are those of emoji.
   */
  async complete(text, cursor, place) {
    this.#enter(place);
    const members = { text, cursor: characters(text.slice(0, cursor)) };
    const answers = await this.connection.ask("complete", members).catch(() => []);
    const found = answers.find((each) => each.event === "completed");
    if (!found) return { start: cursor, words: [], names: [] };
    const start = [...text].slice(0, found.start).join("").length;
    return { start, words: found.words, names: found.names };
  }

  // -- places --

  /** Look at a place, and read what is needed for that. */
  async open(place) {
    this.state.show(place);
    await Promise.all([this.load(place), this.#count(place)]);
  }

  async #count(place) {
    if (place.kind !== "room" || place.isCounted) return;
    place.isCounted = true;
    await this.connection.ask("who", { room: place.name }).catch(() => {});
  }

  /** Read the latest lines of a place, if nothing was read of it yet. */
  async load(place) {
    if (place.isLoaded || place.kind === "results") return;
    place.isLoaded = true;
    await this.#read(place, {}, (page) => this.state.fill(place, page, { isAtEnd: true }));
  }

  /** Read the rooms that are not looked at, to know what is unread there. */
  async loadOthers() {
    for (const place of [...this.state.rooms.values()]) {
      if (place.isLoaded) continue;
      await this.load(place);
      await new Promise((resolve) => setTimeout(resolve, NEXT_AFTER * 1000));
    }
  }

  /** Read a page of a place's history, unless one is being read. */
  async #read(place, where, then) {
    if (place.isReading) return;
    place.isReading = true;
    try {
      const whose = place.kind === "room" ? { room: place.name } : { nick: place.name, by: "id" };
      const members = { ...whose, count: PAGE, ...where };
      const answers = await this.connection.ask("history", members);
      const page = answers.find((each) => each.event === "transcript");
      if (page) then(page);
    } catch (refusal) {
      this.#tell(refusal);
    } finally {
      place.isReading = false;
    }
  }

  /** Read what was said before the lines that are shown, or more results. */
  earlier(place) {
    if (place.kind === "results") return this.#more(place);
    const first = place.lines.find((line) => line.number);
    if (!place.hasEarlier || !first) return undefined;
    return this.#read(place, { before: first.number }, (page) => this.state.prepend(place, page));
  }

  async #more(place) {
    if (!place.hasEarlier || place.isReading) return;
    place.isReading = true;
    const answers = await this.#command("more", {}).catch(() => []);
    place.isReading = false;
    const page = answers.find((each) => each.event === "transcript");
    if (page) this.state.prepend(place, page);
    else place.hasEarlier = false;
  }

  /** Read what was said after the lines that are shown. */
  later(place) {
    const last = place.lines.findLast((line) => line.number);
    if (place.isAtEnd || !last) return undefined;
    return this.#read(place, { after: last.number }, (page) => this.state.extend(place, page));
  }

  /** Go back to the latest lines. */
  async latest(place) {
    if (place.isAtEnd) return;
    await this.#read(place, {}, (page) => this.state.fill(place, page, { isAtEnd: true }));
  }

  /**
   * Look at a line of a room, and what was said around it.
   *
   * @returns {Promise<boolean>} whether it is there.
   */
  async jump(name, number) {
    const place = this.state.room(name);
    if (!place) {
      this.state.note(`You are not in #${name}. /join ${name} enters it.`, { kind: "refusal" });
      return false;
    }
    place.isLoaded = true;
    const isThere = () => place.lines.some((line) => line.number === number);
    if (!isThere()) {
      const where = { around: number, count: PAGE };
      await this.#read(place, where, (page) => {
        const last = page.lines.at(-1)?.number ?? 0;
        this.state.fill(place, page, { isAtEnd: last >= place.last && place.last > 0 });
        // The page says only that there is more on one of its sides.
        place.hasEarlier = true;
      });
    }
    this.#count(place);
    this.state.show(place);
    return isThere();
  }

  /** Find lines; they are shown in the place of the room's. */
  async search(words) {
    await this.connection.ask("search", { words }).catch((refusal) => this.#tell(refusal));
  }

  /** Show the pinned lines of a room. */
  async pins(place) {
    if (place?.kind !== "room") return;
    this.#enter(place);
    await this.connection.ask("command", { name: "pins" }).catch((refusal) => this.#tell(refusal));
  }

  /** Enter a room, or make it. */
  async join(room) {
    await this.send(`/join ${room}`, this.state.current ?? {});
    if (this.state.current) await this.open(this.state.current);
  }

  async rooms() {
    await this.connection.ask("rooms", {}, { isQuiet: true }).catch(() => {});
  }

  /** Note that a room is read, and tell the server after a while. */
  seen(place) {
    this.state.see(place);
    if (place.kind !== "room" || place.last <= place.readUpTo || this.#reading.has(place)) return;
    const timer = setTimeout(() => {
      this.#reading.delete(place);
      const number = place.last;
      if (!this.connection.isIn || number <= place.readUpTo) return;
      place.readUpTo = number;
      this.connection.ask("read", { room: place.name, number }).catch(() => {});
    }, READ_AFTER * 1000);
    this.#reading.set(place, timer);
  }
}

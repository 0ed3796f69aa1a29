// Actions: what the reader wants done, as requests to the server.

import { Refusal } from "./connection.js";

/** Lines on a page of history. */
const PAGE = 100;
/** Seconds after which the server is told what was read. */
const READ_AFTER = 2;
/** Seconds until the next room is read that is not looked at. */
const NEXT_AFTER = 2;
/** Commands that ask for secrets: what stands before these, and they, by name. */
const SECRETS = {
  register: [["code"], ["password", "again"]],
  unregister: [[], ["password"]],
  passwd: [[], ["old", "new", "again"]],
  login: [["nick"], ["password"]],
  ghost: [["nick"], ["password"]],
  lock: [[], ["password", "again"]],
  join: [["room"], ["password"]],
  j: [["room"], ["password"]],
};

/** A command; one at the begin of several lines; and what else is more than talk on a line alone. */
const COMMAND = /^\s*[/／](?![/／])/;
const NAMED = /^\s*[/／][a-z]+(\s|$)/i;
const MORE = /^\s*([/／@＠]|(help|\?|q|quit|exit|close|disconnect)\s*$)/i;

const characters = (text) => [...text].length;

export class Actions {
  #reading = new Map();
  #entered = Promise.resolve();

  constructor(connection, state, askSecrets) {
    this.connection = connection;
    this.state = state;
    this.askSecrets = askSecrets;
  }

  #command(name, args) {
    return this.connection.ask("command", { name, args }, { isQuiet: true });
  }

  /** Ask for what the server does in the room where it takes the reader to be: that is `place`. */
  #in(place, ask) {
    const asked = this.#entered.catch(() => {}).then(() => this.#enter(place));
    // The next waits until this is sent: requests are done one after the other.
    this.#entered = asked;
    return asked.then(ask);
  }

  /** Refuse what is for a place where the reader is no longer; null is for none. */
  #check(place) {
    const isThere = !place || place.kind === "results" || this.state.places.includes(place);
    if (!isThere || place === undefined) {
      throw new Refusal("gone", "You are no longer in the room where that belongs.");
    }
  }

  async #enter(place) {
    this.#check(place);
    if (place?.kind !== "room" || this.state.serverRoom === place.name) return;
    await this.#command("join", { room: place.name });
    this.state.serverRoom = place.name;
  }

  /** Do a command about a line of `place`; return whether it is done, and tell the reader if not. */
  async #about(place, name, args) {
    try {
      await this.#in(place, () => this.#command(name, args));
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

  /** Send what was typed, several lines as one message; return whether it was taken. */
  async send(text, place) {
    try {
      await this.#send(text, place);
      return true;
    } catch (refusal) {
      if (refusal.code === "password-required" && (await this.#giveSecrets(text))) return true;
      this.#tell(refusal);
      return false;
    }
  }

  async #send(text, place) {
    this.#check(place);
    const isPerson = place?.kind === "person";
    if ((isPerson ? COMMAND : text.includes("\n") ? NAMED : MORE).test(text)) {
      return this.#in(place, () => this.connection.ask("command", { text }));
    }
    if (!place) throw new Refusal("gone", "You are not in a room. Enter one with /join room.");
    return isPerson
      ? this.connection.ask("tell", { nick: place.name, text: text.replace(/^\/\//, "/") })
      : this.connection.ask("say", { room: place.name, text });
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
    const args = { number: line.number, symbol };
    try {
      await this.#in(place, () => this.#command("react", args));
      return true;
    } catch (refusal) {
      if (refusal.code === "reacted-already") return this.#about(place, "unreact", args);
      this.#tell(refusal);
      return false;
    }
  }

  /**
   * Ask how a text can continue: from `start` one of `words` may stand, `names` are those of emoji.
   *
   * @param {number} cursor in units of JavaScript; the server counts characters.
   */
  async complete(text, cursor, place) {
    const members = { text, cursor: characters(text.slice(0, cursor)) };
    const ask = () => this.connection.ask("complete", members);
    const answers = await this.#in(place, ask).catch(() => []);
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
    if (place.isLoaded || place.isReading || place.kind === "results") return;
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
    const answers = await this.#command("more").catch(() => []);
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

  async latest(place) {
    if (place.isAtEnd) return;
    await this.#read(place, {}, (page) => this.state.fill(place, page, { isAtEnd: true }));
  }

  /** Look at a line of a room and what was said around it, and return whether it is there. */
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

  async pins(place) {
    if (place?.kind !== "room") return;
    const ask = () => this.connection.ask("command", { name: "pins" });
    await this.#in(place, ask).catch((refusal) => this.#tell(refusal));
  }

  async rooms() {
    await this.connection.ask("rooms", {}, { isQuiet: true }).catch(() => {});
  }

  /** Note that a place is read, and tell the server after a while. */
  seen(place) {
    this.state.see(place);
    if (place.kind === "results" || place.last <= place.readUpTo || this.#reading.has(place)) return;
    const timer = setTimeout(() => {
      this.#reading.delete(place);
      const number = place.last;
      if (!this.connection.isIn || number <= place.readUpTo) return;
      place.readUpTo = number;
      const { name } = place;
      const read = place.kind === "room" ? { room: name, number } : { nick: name, id: number };
      this.connection.ask("read", read).catch(() => {});
    }, READ_AFTER * 1000);
    this.#reading.set(place, timer);
  }
}

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
};

/** A command; one at the begin of several lines; and what else is more than talk on a line alone. */
const COMMAND = /^\s*[/／](?![/／])/;
const NAMED = /^\s*[/／][a-z]+(\s|$)/i;
const MORE = /^\s*([/／@＠]|(help|\?|q|quit|exit|close|disconnect)\s*$)/i;

const characters = (text) => [...text].length;
const found = (answers, event) => answers.find((each) => each.event === event);

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

  /** Ask for what is done where the server takes the reader to be: in `place`. */
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

  /** Return whether what was asked is done, and tell the reader if not. */
  #isDone(asked) {
    return asked.then(() => true, (refusal) => this.#tell(refusal));
  }

  /** Do a command about a line, in its room. */
  #about({ room, number }, name, args) {
    return this.#in(this.state.room(room), () => this.#command(name, { number, ...args }));
  }

  #tell(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    this.state.refuse(refusal.message);
    return false;
  }

  // -- talking --

  /** Send what was typed, several lines as one message; return whether it was taken. */
  async send(text, place) {
    try {
      await this.#send(text, place);
      return true;
    } catch (refusal) {
      if (refusal.code === "password-required" && (await this.#giveSecrets(text))) return true;
      return this.#tell(refusal);
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
    const [typed, ...words] = text.slice(1).split(/\s+/);
    const name = typed.toLowerCase().replace(/^j$/, "join");
    const [given, secret] = SECRETS[name] ?? [];
    if (!secret) return false;
    const secrets = await this.askSecrets(name, secret);
    if (!secrets) return true;
    const args = Object.fromEntries(given.map((each, index) => [each, words[index] ?? ""]));
    // As typed: what it does is shown.
    await this.#isDone(this.connection.ask("command", { name, args: { ...args, ...secrets } }));
    return true;
  }

  reply(line, text) {
    return this.#isDone(this.#about(line, "re", { text }));
  }

  edit(line, text) {
    return this.#isDone(this.#about(line, "edit", { text }));
  }

  remove(line) {
    return this.#isDone(this.#about(line, "delete"));
  }

  pin(line) {
    return this.#isDone(this.#about(line, line.isPinned ? "unpin" : "pin"));
  }

  /** React to a line, or take the reaction back. */
  react(line, symbol) {
    const reacted = this.#about(line, "react", { symbol }).catch((refusal) => {
      if (refusal.code === "reacted-already") return this.#about(line, "unreact", { symbol });
      throw refusal;
    });
    return this.#isDone(reacted);
  }

  /**
   * Ask how a text can continue: from `start` one of `words` may stand, `names` are those of emoji.
   *
   * @param {number} cursor in units of JavaScript; the server counts characters.
   */
  async complete(text, cursor, place) {
    const members = { text, cursor: characters(text.slice(0, cursor)) };
    const ask = () => this.connection.ask("complete", members);
    const told = found(await this.#in(place, ask).catch(() => []), "completed");
    if (!told) return { start: cursor, words: [], names: [] };
    const start = [...text].slice(0, told.start).join("").length;
    return { ...told, start };
  }

  // -- places --

  async open(place) {
    this.state.show(place);
    await Promise.all([this.load(place), this.#count(place)]);
  }

  async #count(place) {
    if (place.kind !== "room" || place.isCounted) return;
    place.isCounted = true;
    await this.connection.ask("who", { room: place.name }).catch(() => {});
  }

  async load(place) {
    if (place.isLoaded || place.isReading || place.kind === "results") return;
    place.isLoaded = true;
    await this.#readLatest(place);
  }

  /** Read the rooms that are not looked at, to know what is unread there. */
  async loadOthers() {
    for (const place of [...this.state.rooms.values()]) {
      if (place.isLoaded) continue;
      await this.load(place);
      await new Promise((resolve) => setTimeout(resolve, NEXT_AFTER * 1000));
    }
  }

  /** Read a page, or wait for the one that is being read. */
  #read(place, where, then) {
    const over = () => (place.isReading = null);
    return (place.isReading ||= this.#page(place, where, then).finally(over));
  }

  async #page(place, where, then) {
    try {
      const whose = place.kind === "room" ? { room: place.name } : { nick: place.name, by: "id" };
      const members = { ...whose, count: PAGE, ...where };
      const page = found(await this.connection.ask("history", members), "transcript");
      if (page) then(page);
    } catch (refusal) {
      this.#tell(refusal);
    }
  }

  earlier(place) {
    if (place.kind === "results") return this.#more(place);
    const first = place.lines.find((line) => line.number);
    if (!place.hasEarlier || !first) return undefined;
    return this.#read(place, { before: first.number }, (page) => this.state.prepend(place, page));
  }

  async #more(place) {
    if (!place.hasEarlier || place.isReading) return;
    place.isReading = this.#command("more").catch(() => []);
    const page = found(await place.isReading, "transcript");
    place.isReading = null;
    if (page) this.state.prepend(place, page);
    else place.hasEarlier = false;
  }

  later(place) {
    const last = place.lines.findLast((line) => line.number);
    if (place.isAtEnd || !last) return undefined;
    return this.#read(place, { after: last.number }, (page) => this.state.extend(place, page));
  }

  async latest(place) {
    while (place.isReading) await place.isReading;
    if (!place.isAtEnd) await this.#readLatest(place);
  }

  #readLatest(place) {
    return this.#read(place, {}, (page) => this.state.fill(place, page, { isAtEnd: true }));
  }

  /** Look at a line of a room and what is around it, and return whether it is there. */
  async jump(name, number) {
    const place = this.state.room(name);
    if (!place) {
      this.state.refuse(`You are not in #${name}. /join ${name} enters it.`);
      return false;
    }
    place.isLoaded = true;
    const isThere = () => place.lines.some((line) => line.number === number);
    while (place.isReading) await place.isReading;
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

  search(words) {
    return this.#isDone(this.connection.ask("search", { words }));
  }

  async pins(place) {
    if (place?.kind !== "room") return;
    const ask = () => this.connection.ask("command", { name: "pins" });
    await this.#isDone(this.#in(place, ask));
  }

  async rooms() {
    await this.connection.ask("rooms", {}, { isQuiet: true }).catch(() => {});
  }

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

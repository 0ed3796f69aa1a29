// The reader's rooms, messages and lines, made from what the server tells.  The state knows no
// element: its listener is told that something has changed, and looks.

import { Place, lineOf, linesOf } from "./place.js";

/** Scripts without spaces between words: there a name may stand within others. */
const SPACELESS =
  /\p{sc=Han}|\p{sc=Hira}|\p{sc=Kana}|\p{sc=Bopo}|\p{sc=Hang}|\p{sc=Thai}|\p{sc=Laoo}|\p{sc=Khmr}|\p{sc=Mymr}/u;
/** Correspondences that are listed: strangers could begin any number. */
const MOST_MESSAGES = 100;

const isTalk = (line) => ["said", "acted", "told"].includes(line.kind);
const fold = (name) => name.normalize("NFKC").replace(/[’ʼ]/g, "'").toLowerCase();
const isMark = (character) => /\p{M}/u.test(character ?? "");

/** Return whether a word may end between these characters, as the server has it. */
function ends(inside, outside = "") {
  if (!/[\p{L}\p{M}\p{N}]/u.test(outside)) return true;
  return SPACELESS.test(outside) || (/\p{L}/u.test(outside) && SPACELESS.test(inside));
}

export class State {
  nick = "";
  account = "";
  rooms = new Map();
  people = new Map();
  otherRooms = [];
  results = null;
  current = null;
  // Where the server takes the reader's commands to be typed.
  serverRoom = "";
  // Words that mention the reader besides their name, and the rooms of which they are told otherwise
  // than by mentions, by folded name: of all lines or of none.
  highlights = [];
  levels = new Map();
  // The largest id that the server told: what came behind it while the page was away was missed.
  seen = 0;
  #isBack = false;

  /**
   * @param {Object} listener `changed()`, to be drawn; `called(place, line)`, a line names the reader
   *   or is for them alone; `isWatched(place)`, whether they look at its end; `led(place)`, where a
   *   command has led them; `placeless(sentence)`, they are told something and are in no place.
   */
  constructor(listener) {
    this.listener = listener;
  }

  /** Forget everything: another user comes. */
  clear() {
    this.rooms.clear();
    this.people.clear();
    this.results = this.current = null;
    this.serverRoom = "";
    this.seen = 0;
    this.on_attention({ highlights: [], notify: {} });
    this.#isBack = false;
    this.listener.changed();
  }

  room(name) {
    return this.rooms.get(fold(name));
  }

  /** Return the messages with a person, which begin now if there are none. */
  person(nick) {
    const place = this.#found(this.people, "person", nick);
    if (this.people.size > MOST_MESSAGES) {
      const others = [...this.people.values()].filter((each) => ![place, this.current].includes(each));
      const gone = others.find((each) => !each.unread) ?? others[0];
      this.people.delete(fold(gone.name));
    }
    return place;
  }

  #found(places, kind, name) {
    const key = fold(name);
    if (!places.has(key)) places.set(key, new Place(kind, name));
    return places.get(key);
  }

  get places() {
    return [...this.rooms.values(), ...this.people.values()];
  }

  /** Return how much is unread, or mentions the reader, in all places or in these. */
  sum(name, places = this.places) {
    return places.reduce((total, place) => total + place[name], 0);
  }

  show(place) {
    if (place !== this.results) this.results = null;
    for (const line of place.lines) line.isLive = false;
    place.firstUnread = this.#firstUnread(place);
    this.current = place;
    if (this.listener.isWatched(place)) this.see(place);
    this.listener.changed();
  }

  #lead(place) {
    this.listener.led(place);
    this.show(place);
  }

  #firstUnread(place) {
    let { unread } = place;
    return unread ? place.lines.findLast((line) => this.#isOthers(line) && (unread -= 1) === 0) : null;
  }

  see(place) {
    if (place.unread || place.mentions) this.listener.changed();
    place.unread = place.mentions = 0;
  }

  /** Return whether a line says the reader's name, or a word that they highlight. */
  names(text) {
    const whole = fold(text);
    return [this.nick, ...this.highlights].some((word) => this.#says(whole, fold(word)));
  }

  #says(whole, name) {
    const letters = [...name];
    for (let at = whole.indexOf(name); name && at >= 0; at = whole.indexOf(name, at + 1)) {
      const before = [...whole.slice(Math.max(at - 2, 0), at)].at(-1);
      const [after] = whole.slice(at + name.length);
      if (ends(letters[0], before) && ends(letters.at(-1), after) && !isMark(after)) return true;
    }
    return false;
  }

  isMe(nick) {
    return fold(nick) === fold(this.nick);
  }

  #isOthers(line) {
    return isTalk(line) && !this.isMe(line.nick);
  }

  // -- lines --

  #arrive(place, line) {
    // A page of history had it already.
    if (line.number && line.number <= place.last) return;
    place.last = Math.max(place.last, line.number);
    const isOwn = this.isMe(line.nick);
    const isPerson = place.kind === "person";
    line.isMention = !isOwn && !isPerson && this.names(line.text);
    const isCall = !isOwn && (isPerson || this.#level(place) === "all" || this.#counts(place, line));
    // Before the line is there: a reader who looks at the end will see it.
    const isWatched = place === this.current && this.listener.isWatched(place);
    this.#append(place, line);
    if (!isOwn && !isWatched) {
      place.unread += 1;
      place.mentions += isPerson || this.#counts(place, line) ? 1 : 0;
    }
    if (isCall) this.listener.called(place, line);
  }

  /** Return of which lines of a room the reader is told: "all", "mentions" or "none". */
  #level(place) {
    return this.levels.get(fold(place.name)) ?? "mentions";
  }

  #counts(place, line) {
    return line.isMention && this.#level(place) !== "none";
  }

  #append(place, line, how = "append") {
    const isCurrent = place === this.current;
    line.isLive = isCurrent;
    place[how](line, isCurrent && !this.listener.isWatched(place));
    this.listener.changed();
  }

  /** Tell the reader something, in this place or where they are. */
  note(text, { place = this.current, at = Date.now() / 1000, kind = "note", table } = {}) {
    if (!text) return;
    if (place) this.#append(place, { ...lineOf({ event: "notice", at, sentence: text, table }), kind });
    else this.listener.placeless(text);
  }

  refuse(sentence) {
    this.note(sentence, { kind: "refusal" });
  }

  #tell({ sentence, at, table }, place) {
    this.note(sentence, { place, at, table });
  }

  #presence(place, told) {
    this.#append(place, lineOf(told), "appendPresence");
  }

  #marked(page) {
    const lines = linesOf(page);
    for (const line of lines) {
      line.isMention = this.#isOthers(line) && this.names(line.text);
    }
    return lines;
  }

  fill(place, page, { isAtEnd, hasEarlier = page.has_more }) {
    place.fill(this.#marked(page), { isAtEnd, hasEarlier });
    if (place.readUpTo) this.#count(place);
    this.listener.changed();
  }

  prepend(place, page) {
    place.prepend(this.#marked(page), { hasEarlier: page.has_more && page.lines.length > 0 });
    this.listener.changed();
  }

  extend(place, page) {
    place.extend(this.#marked(page), { isAtEnd: !page.has_more });
    this.listener.changed();
  }

  /** Count what is unread, as far as it is known. */
  #count(place) {
    if (place === this.current && this.listener.isWatched(place)) return;
    const isNew = (line) => line.number > place.readUpTo && this.#isOthers(line);
    const lines = place.isAtEnd ? place.lines.filter(isNew) : [];
    place.unread = lines.length;
    place.mentions = lines.filter((line) => this.#counts(place, line)).length;
  }

  // -- what the server tells --

  /** Take up an event; `request` is what it answers, asked quietly if it is not to be shown. */
  take(told, request) {
    if (told.error) {
      this.refuse(told.message);
      return;
    }
    const lines = told.event === "transcript" ? told.lines : [];
    for (const each of [told, ...lines.map((line) => line.event)]) {
      this.seen = Math.max(this.seen, each.id ?? 0);
    }
    const isTyped = request?.request === "command" && !request.isQuiet;
    const place = told.room ? this.room(told.room) : undefined;
    const take = this[`on_${told.event.replaceAll("-", "_")}`];
    if (take) take.call(this, told, { isTyped, request, place });
    else this.#tell(told, place);
    this.listener.changed();
  }

  on_hello(told) {
    this.nick = told.nick;
    this.account = told.account;
    if (!told.is_resumed) this.on_attention({ highlights: [], notify: {} });
    // In another session, what was said before it is not told by itself.
    for (const place of this.#isBack && !told.is_resumed ? this.places : []) {
      Object.assign(place, { isLoaded: false, lines: place.lines.filter((line) => line.number) });
    }
    this.#isBack = true;
  }

  // They are about a room, and for the reader where they are.
  on_notify_set(told) {
    this.#tell(told);
  }

  on_marked_read = this.on_notify_set;

  on_attention(told) {
    this.highlights = told.highlights;
    this.levels = new Map(Object.entries(told.notify).map(([name, level]) => [fold(name), level]));
  }

  on_welcome(told, { isTyped }) {
    // By /login another user comes here.
    if (isTyped && told.account !== this.account) this.clear();
    this.nick = told.nick;
    this.account = told.account;
    this.on_rooms_restored(told);
    this.serverRoom ||= told.rooms.at(-1) ?? "";
    if (isTyped && !this.current && told.rooms.length) this.#lead(this.room(told.rooms.at(-1)));
    if (told.refusal) this.refuse(told.refusal.message);
  }

  on_account_changed(told) {
    const isHeld = told.change === "registered" || told.change === "password-changed";
    this.account = isHeld ? told.account : "";
    this.#tell(told);
  }

  on_rooms_restored(told) {
    for (const name of told.rooms) this.#found(this.rooms, "room", name);
  }

  on_entered(told, { isTyped }) {
    const isNew = !this.room(told.room);
    const place = this.#found(this.rooms, "room", told.room);
    place.topic = told.topic;
    place.setPeople([told.nick, ...told.members], told.more);
    if (!told.is_elsewhere) this.serverRoom = told.room;
    if (isTyped) this.#lead(place);
    if (isNew && isTyped) this.#tell(told, place);
  }

  on_current_room(told, { isTyped, place }) {
    this.serverRoom = told.room;
    if (isTyped && place) this.#lead(place);
  }

  on_said(told, { place }) {
    if (place) this.#arrive(place, lineOf(told));
  }

  on_acted = this.on_said;
  on_announced = this.on_said;

  on_told(told, { isTyped }) {
    const place = this.person(this.isMe(told.nick) ? told.recipient : told.nick);
    this.#arrive(place, lineOf(told));
    if (isTyped && place !== this.current) this.#lead(place);
  }

  on_joined(told, { place }) {
    if (!place) return;
    place.addPerson(told.nick);
    this.#presence(place, told);
  }

  on_left(told, { place }) {
    if (!place) return;
    if (this.isMe(told.nick)) {
      this.#leave(place);
      this.#tell(told);
      return;
    }
    place.removePerson(told.nick);
    this.#presence(place, told);
  }

  on_quit(told) {
    for (const place of this.rooms.values()) {
      if (place.removePerson(told.nick)) this.#presence(place, told);
    }
  }

  on_kicked(told, { place }) {
    if (place && told.is_yours) this.#leave(place);
    this.note(told.sentence, { at: told.at, kind: told.is_yours ? "refusal" : "note" });
  }

  #leave(place) {
    this.rooms.delete(fold(place.name));
    if (this.results?.of === place) this.results.of = null;
    if (this.current !== place) return;
    this.current = null;
    const next = this.room(this.serverRoom) ?? [...this.rooms.values()].at(-1);
    if (next) this.show(next);
  }

  on_renamed(told) {
    const isMe = this.isMe(told.nick);
    if (isMe) this.nick = told.new_nick;
    const messages = this.people.get(fold(told.nick));
    if (messages && !isMe) {
      this.people.delete(fold(told.nick));
      messages.name = told.new_nick;
      this.people.set(fold(told.new_nick), messages);
    }
    for (const place of this.rooms.values()) {
      if (!place.removePerson(told.nick)) continue;
      place.addPerson(told.new_nick);
      this.#tell(told, place);
    }
  }

  on_topic(told, { isTyped, place }) {
    if (place) place.topic = told.topic;
    if (isTyped || told.event !== "topic") this.#tell(told, place);
  }

  on_topic_changed = this.on_topic;

  on_who(told, { isTyped, place }) {
    place?.setPeople(told.members.map((each) => each.nick), told.more);
    if (isTyped) this.#tell(told);
  }

  on_rooms(told, { isTyped }) {
    this.otherRooms = told.rooms;
    if (isTyped) this.#tell(told);
  }

  on_edited(told) {
    this.#change(told, (line) => {
      line.text = told.text || line.text;
      line.editedBy = told.nick;
    });
  }

  on_deleted(told) {
    this.#change(told, (line) => {
      Object.assign(line, { kind: "deleted", text: "", re: 0, quote: "" });
      line.reactions.clear();
    });
  }

  on_reacted(told) {
    this.#change(told, ({ reactions }) => {
      const count = (reactions.get(told.symbol) ?? 0) + (told.event === "reacted" ? 1 : -1);
      if (count > 0) reactions.set(told.symbol, count);
      else reactions.delete(told.symbol);
    });
  }

  on_unreacted = this.on_reacted;

  on_pinned(told, { place }) {
    this.#change(told, (line) => (line.isPinned = told.event === "pinned"));
    this.#tell(told, place);
  }

  on_unpinned = this.on_pinned;

  #change(told, change) {
    this.room(told.room)?.change(told.number, change);
    const isSame = (line) => line.number === told.number && line.room === told.room;
    if (this.results?.lines.some(isSame)) this.results.change(told.number, change);
  }

  on_read_up_to(told, { place }) {
    if (!place) return;
    place.readUpTo = Math.max(place.readUpTo, told.number);
    this.#count(place);
  }

  on_private_read_up_to(told) {
    for (const place of this.people.values()) {
      if (told.nick && told.nick !== fold(place.name)) continue;
      place.readUpTo = Math.max(place.readUpTo, told.id);
      if (place.last <= told.id) this.see(place);
    }
  }

  on_transcript(told, { isTyped, request, place }) {
    if (request?.isQuiet || request?.request === "history") return;
    if (told.kind === "earlier") {
      const found = this.#found(this.rooms, "room", told.room);
      // Whether there is more before these lines, the server does not say.
      this.fill(found, told, { isAtEnd: true, hasEarlier: true });
    } else if (told.kind === "missed" && place && !isTyped) {
      this.#catch_up(place, told);
    } else if (told.kind === "changed" && place && !isTyped) {
      for (const line of this.#marked(told)) {
        place.change(line.number, (old) => Object.assign(old, line, { version: old.version }));
      }
    } else if (told.kind === "waiting") {
      for (const each of told.lines) {
        const line = lineOf(each.event, each);
        this.#arrive(this.person(line.nick), line);
      }
    } else {
      this.#find(told);
    }
  }

  #catch_up(place, page) {
    const lines = this.#marked(page);
    if (!place.isAtEnd) {
      place.later += page.lines.length;
    } else if (page.has_more) {
      // Too much to close the gap: it is read again.
      Object.assign(place, { lines: [], isLoaded: false });
    } else {
      this.extend(place, page);
    }
    const others = lines.filter((line) => this.#isOthers(line));
    const calls = others.filter((line) => this.#counts(place, line));
    place.unread += page.has_more ? Math.max(page.count, others.length) : others.length;
    place.mentions += Math.max(page.mentions, calls.length);
    place.last = Math.max(place.last, lines.at(-1)?.number ?? 0);
    if (calls.length) this.listener.called(place, calls.at(-1));
  }

  #find(page) {
    const names = {
      found: "Search results",
      pins: `Pinned in #${page.room}`,
      messages: `Messages with ${page.nick}`,
    };
    const place = new Place("results", names[page.kind] ?? `In #${page.room}`);
    this.fill(place, page, { isAtEnd: true });
    if (!page.lines.length) {
      this.note({ found: "Nothing was found.", pins: "No line is pinned." }[page.kind] ?? "No lines.");
      return;
    }
    place.of = this.current?.kind === "results" ? this.current.of : this.current;
    if (page.kind === "pins") for (const line of place.lines) line.isPinned = true;
    this.results = this.current = place;
  }
}

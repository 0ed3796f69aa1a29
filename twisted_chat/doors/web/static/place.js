// Places: a room, the messages with one person, or a page of results, and the lines of it.

/** Lines of one place that are kept, and so are in the document. */
const MOST_LINES = 500;
/** Joins and leaves that one line names. */
const MOST_CAME = 6;

/**
 * Return a line of an event and of what a page of history adds to it: talk (`said`, `acted`, `told`,
 * `deleted`), or what the reader is told (`note`, `presence`, `refusal`).
 */
export function lineOf(event, recalled = {}) {
  const { event: kind, at, nick = "", text = "" } = event;
  const isTalk = kind === "said" || kind === "acted" || kind === "told";
  // Private messages have no numbers: their ids are in the same order, and in the store another one
  // than that of the event, by which they are marked as read.
  const number =
    kind === "told"
      ? recalled.id || event.kept_id || event.id
      : (recalled.number ?? event.number);
  return {
    kind: isTalk || kind === "deleted" ? kind : "note",
    at: recalled.at ?? at,
    number: number ?? 0,
    room: event.room ?? "",
    nick: kind === "deleted" ? event.quoted : nick,
    text: isTalk ? text : event.sentence || text,
    // Of the answer of a plugin, and whether it is a bot who speaks.
    table: event.table ?? null,
    isBot: event.is_bot ?? false,
    re: event.re ?? 0,
    quote: event.quote ?? "",
    editedBy: recalled.edited_by ?? "",
    reactions: new Map(recalled.reactions ?? []),
    isMention: false,
    isPinned: false,
    // It came while the reader looked at its place; a screen reader reads it.
    isLive: false,
    // Counts its changes, for those who have drawn it.
    version: 0,
  };
}

function without(known, lines) {
  const numbers = new Set(known.map((line) => line.number));
  return lines.filter((line) => !line.number || !numbers.has(line.number));
}

/** Return the lines of a page in their order; a search begins with the latest. */
export function linesOf(page) {
  const lines = page.lines.map((each) => lineOf(each.event, each));
  return page.kind === "found" ? lines.reverse() : lines;
}

/**
 * A place.
 *
 * Its `lines` are a part of its history without gaps, which goes up to now while `isAtEnd`.
 */
export class Place {
  lines = [];
  isAtEnd = true;
  hasEarlier = false;
  isLoaded = false;
  /** How many lines came since it is not at its end. */
  later = 0;
  /** The number of the last line that was told, and of the last that was read. */
  last = 0;
  readUpTo = 0;
  unread = 0;
  mentions = 0;
  topic = "";
  people = new Set();
  /** How many are there whose names are unknown, and whether the names were asked for. */
  more = 0;
  isCounted = false;
  changes = 0;

  /** @param {"room"|"person"|"results"} kind */
  constructor(kind, name) {
    this.kind = kind;
    this.name = name;
  }

  get title() {
    return { room: `#${this.name}`, person: `@${this.name}` }[this.kind] ?? this.name;
  }

  // -- people --

  setPeople(names, more) {
    this.people = new Set(names);
    this.more = more;
    this.isCounted = true;
    this.changes += 1;
  }

  addPerson(nick) {
    this.people.add(nick);
    this.changes += 1;
  }

  removePerson(nick) {
    this.changes += 1;
    return this.people.delete(nick);
  }

  // -- lines --

  /** Add a line that came now; if `isReadElsewhere`, earlier ones are looked at and so must stay. */
  append(line, isReadElsewhere) {
    if (this.isAtEnd && isReadElsewhere && this.lines.length >= MOST_LINES) this.isAtEnd = false;
    if (!this.isAtEnd) {
      this.later += 1;
      return;
    }
    this.lines.push(line);
    this.#dropEarliest();
  }

  #dropEarliest() {
    const surplus = this.lines.length - MOST_LINES;
    if (surplus <= 0) return;
    this.lines.splice(0, surplus);
    this.hasEarlier = true;
  }

  /** Tell of a join or leave; those that follow each other are one line. */
  appendPresence(line, isReadElsewhere) {
    const before = this.lines.at(-1);
    if (before?.kind !== "presence" || !this.isAtEnd) {
      this.append({ ...line, kind: "presence", came: [line.text], dropped: 0 }, isReadElsewhere);
      return;
    }
    before.came.push(line.text);
    if (before.came.length > MOST_CAME) {
      before.came.shift();
      before.dropped += 1;
    }
    const more = before.dropped ? [`${before.dropped} more came and went`] : [];
    before.text = [...more, ...before.came].join("; ");
    before.version += 1;
  }

  fill(lines, { isAtEnd, hasEarlier }) {
    // What came while they were read stays, also what has no number.
    const last = lines.at(-1)?.number ?? 0;
    let at = lines.length;
    for (const line of isAtEnd && this.isAtEnd ? this.lines.reverse() : []) {
      if (!line.number || line.number > last) lines.splice(at, 0, line);
      else at = lines.findIndex((each) => each.number >= line.number);
      if (at < 1 && last) break;
    }
    Object.assign(this, { lines, isAtEnd, hasEarlier, isLoaded: true, later: 0 });
    this.#noteLast();
  }

  prepend(lines, { hasEarlier }) {
    this.hasEarlier = hasEarlier;
    this.lines.unshift(...without(this.lines, lines));
    if (this.lines.length <= MOST_LINES) return;
    this.lines.length = MOST_LINES;
    this.isAtEnd = false;
  }

  /** Put lines behind those that are there, or where their numbers belong. */
  extend(lines, { isAtEnd }) {
    for (const line of without(this.lines, lines)) {
      const at = this.lines.findLastIndex((each) => each.number && each.number < line.number);
      const isBetween = this.lines.slice(at + 1).some((each) => each.number > line.number);
      if (isBetween) this.lines.splice(at + 1, 0, line);
      else this.lines.push(line);
    }
    this.#dropEarliest();
    this.isAtEnd = isAtEnd;
    if (isAtEnd) this.later = 0;
    this.#noteLast();
  }

  #noteLast() {
    if (!this.isAtEnd) return;
    this.last = this.lines.reduce((last, line) => Math.max(last, line.number), this.last);
  }

  change(number, change) {
    const line = this.lines.find((each) => each.number === number);
    if (!line || !number) return;
    change(line);
    line.version += 1;
  }
}

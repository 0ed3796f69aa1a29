// Draws the lines of the place that is looked at, and lets the reader choose one.
//
// What was said before stands in `history`, and what comes now in `log`, which screen readers read.

import { arrange, byId, element, listen } from "./dom.js";
import { dayOf, draw, elementOf, reach } from "./lines.js";

/** Pixels from an end where more lines are read, and that count as the end. */
const NEAR = 600;
const AT_END = 24;

/** What is done with a line, at once or by what is typed next, and if by its writer alone. */
const TOOLS = [
  { key: "r", name: "Reply", begins: "reply" },
  { key: "+", name: "React", begins: "react" },
  { key: "p", name: "Pin", does: "pin" },
  { key: "e", name: "Edit", begins: "edit", isForOwn: true },
  { key: "d", name: "Delete", does: "remove", isForOwn: true },
];

export class Log {
  #scroller = byId("lines");
  #history = byId("history");
  #log = byId("log");
  #tools = byId("tools");
  #latest = byId("latest");
  #elements = new Map();
  #lines = new WeakMap();
  #place = null;
  // The first line when earlier ones were asked for: once, also if refused.
  #first = null;
  #isStuck = true;
  #chosen = null;
  // A key does something with a line chosen by key, not by a click.
  #isByKey = false;
  // What is in this line is reached by Tab.
  #reached = null;

  constructor(state, actions, does) {
    this.state = state;
    this.actions = actions;
    this.does = does;
    for (const tool of TOOLS) {
      const members = { "aria-keyshortcuts": tool.key, onclick: () => this.#use(tool) };
      this.#tools.append(element("button", members, tool.name));
    }
    const focusout = (event) => this.#left(event.relatedTarget);
    listen(this.#scroller, {
      scroll: () => this.#scrolled(),
      keydown: (event) => this.#key(event),
      pointerdown: () => (this.#isByKey = false),
      click: (event) => this.#click(event),
      pointerover: (event) => this.#hover(event),
      focusin: (event) => this.#reach(lineAt(event.target)),
      focusout,
    });
    listen(this.#tools, { focusout });
    listen(document, {
      keydown: ({ key, altKey }) => (this.#isByKey ||= altKey || /^(Arrow|Tab)/.test(key)),
      visibilitychange: () => this.#look(),
    });
    listen(window, { focus: () => this.#look() });
    byId("talk").onpointerleave = () => this.#left(document.activeElement);
    this.#latest.onclick = () => this.toEnd().then(does.leave);
    new ResizeObserver(() => this.#stick()).observe(this.#scroller);
  }

  isWatched(place) {
    const isSeen = !document.hidden && document.hasFocus();
    // A place that is not drawn yet is drawn at its end.
    return isSeen && place.isAtEnd && (place !== this.#place || this.#isStuck);
  }

  draw() {
    const { current: place } = this.state;
    if (place !== this.#place) this.#begin(place);
    if (!place) return;
    const anchor = this.#isStuck ? null : this.#anchor();
    const live = firstLive(place.lines);
    const drawn = place.lines.map((line, index) => this.#element(line, place.lines[index - 1]));
    arrange(this.#history, drawn.slice(0, live));
    arrange(this.#log, drawn.slice(live));
    this.#forget(place);
    if (anchor) this.#scroller.scrollTop += anchor.element.offsetTop - anchor.top;
    this.#stick();
    this.#latest.hidden = this.#isStuck && place.isAtEnd;
    this.#latest.textContent = place.later ? `${place.later} new below` : "Go to the latest line";
    this.#show();
    this.#look();
    const [first] = place.lines;
    if (first && first !== this.#first && this.#scroller.scrollTop < NEAR) {
      this.#first = first;
      this.actions.earlier(place);
    }
  }

  #begin(place) {
    this.#place = place;
    this.#first = null;
    this.#isStuck = true;
    this.#elements.clear();
    this.#hide();
    this.#log.replaceChildren();
    this.#history.replaceChildren();
    this.#latest.hidden = true;
  }

  #element(line, before) {
    const isMixed = this.#place.kind === "results";
    let made = this.#elements.get(line);
    if (!made) {
      const { version } = line;
      made = { element: elementOf(line, isMixed), version, day: dayOf(line), mark: "" };
      this.#elements.set(line, made);
      this.#lines.set(made.element, line);
    } else if (made.version !== line.version) {
      const isWithin = made.element.matches(":focus-within");
      draw(made.element, line, isMixed);
      made.version = line.version;
      // What had the focus in it is gone.
      if (isWithin) made.element.focus({ preventScroll: true });
      if (made.element === this.#reached) reach(this.#reached, 0);
    }
    this.#mark(made, line, this.#elements.get(before));
    return made.element;
  }

  /** Show above a line that a day begins with it, or what is new. */
  #mark(made, line, before) {
    const isNew = line === this.#place.firstUnread;
    const mark = isNew ? "new" : before?.day === made.day ? "" : made.day;
    if (mark === made.mark) return;
    made.mark = mark;
    const { dataset, classList } = made.element;
    if (mark) dataset.above = mark;
    else delete dataset.above;
    classList.toggle("new", isNew);
  }

  #forget(place) {
    if (this.#elements.size <= place.lines.length) return;
    const kept = new Set(place.lines);
    for (const line of this.#elements.keys()) if (!kept.has(line)) this.#elements.delete(line);
  }

  // -- scrolling --

  /** Return the first line that is seen and where, to keep it there. */
  #anchor() {
    const from = this.#scroller.scrollTop;
    const element = this.#drawn().find((each) => each.offsetTop + each.offsetHeight > from);
    return element && { element, top: element.offsetTop };
  }

  #stick() {
    if (this.#isStuck) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    const place = this.#place;
    if (!place) return;
    this.#isStuck = below < AT_END && place.isAtEnd;
    if (scrollTop < NEAR) this.actions.earlier(place);
    if (below < NEAR) this.actions.later(place);
    this.#latest.hidden = this.#isStuck && place.isAtEnd;
    if (!this.#tools.hidden) this.#show();
    this.#look();
  }

  #look() {
    if (this.#place && this.isWatched(this.#place)) this.actions.seen(this.#place);
  }

  async toEnd() {
    this.#isStuck = true;
    if (this.#place) await this.actions.latest(this.#place);
    this.#isStuck = true;
    this.draw();
  }

  page(direction) {
    this.#scroller.scrollBy({ top: direction * this.#scroller.clientHeight * 0.9 });
  }

  toLine(number) {
    this.draw();
    for (const [line, { element: found }] of this.#elements) {
      if (line.number !== number) continue;
      this.#isStuck = false;
      found.classList.add("target");
      found.scrollIntoView({ block: "center" });
      found.focus({ preventScroll: true });
    }
  }

  // -- one line --

  /** Choose the latest line of talk. */
  focus() {
    this.draw();
    const all = this.#drawn();
    const talk = all.findLast((each) => this.#lines.get(each).number);
    (talk ?? all.at(-1) ?? this.#scroller).focus();
  }

  #drawn() {
    return [...this.#history.children, ...this.#log.children];
  }

  #move(from, step) {
    const all = this.#drawn();
    const at = from ? Math.max(0, all.indexOf(from) + step) : -1;
    (all[at] ?? all.at(-1))?.focus();
  }

  #key(event) {
    const at = lineAt(document.activeElement);
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "ArrowUp") this.#move(at, -1);
    else if (key === "ArrowDown") this.#move(at, 1);
    else if (key === "End") this.toEnd();
    else if (key === "Enter" && at && event.target === at) this.#activate(at);
    else if (at && this.#isByKey) {
      const tool = TOOLS.find((each) => each.key === key.toLowerCase());
      if (!tool) return;
      this.#choose(at);
      this.#use(tool);
    } else return;
    event.preventDefault();
  }

  #click(event) {
    const at = lineAt(event.target);
    if (!at || event.target.closest("a")) return;
    const line = this.#lines.get(at);
    const button = event.target.closest("button");
    if (button?.dataset.re) this.does.jump(line.room, Number(button.dataset.re));
    else if (button) this.actions.react(line, button.dataset.symbol);
    else this.#activate(at);
  }

  #activate(at) {
    const { room, number } = this.#lines.get(at);
    if (this.#place.kind === "results" && room && number) this.does.jump(room, number);
  }

  #reach(at) {
    if (at !== this.#reached) reach(this.#reached, -1);
    this.#reached = at;
    reach(at, 0);
    this.#choose(at);
  }

  #hover(event) {
    if (event.pointerType !== "mouse") return;
    const at = lineAt(event.target);
    if (at && !this.#tools.contains(document.activeElement)) this.#choose(at);
  }

  #choose(at) {
    const line = at && this.#lines.get(at);
    const isRoom = this.#place?.kind === "room";
    if (!line?.number || !isRoom || line.kind === "deleted") {
      this.#hide();
      return;
    }
    this.#chosen = at;
    const isOwn = this.state.isMe(line.nick);
    TOOLS.forEach((tool, index) => {
      const button = this.#tools.children[index];
      button.hidden = Boolean(tool.isForOwn) && !isOwn;
      if (tool.does === "pin") button.textContent = line.isPinned ? "Unpin" : "Pin";
    });
    this.#tools.hidden = false;
    this.#show();
  }

  /** Show the tools at the line that is chosen. */
  #show() {
    if (!this.#chosen?.isConnected || this.#lines.get(this.#chosen).kind === "deleted") {
      this.#hide();
      return;
    }
    const top = this.#chosen.offsetTop - this.#scroller.scrollTop;
    const isSeen = top + this.#chosen.offsetHeight > 0 && top < this.#scroller.clientHeight;
    if (!isSeen) this.#hide();
    const at = this.#scroller.offsetTop + Math.max(0, top);
    this.#tools.style.setProperty("--top", `${at}px`);
  }

  #left(focused) {
    if (!this.#scroller.contains(focused) && !this.#tools.contains(focused)) this.#hide();
  }

  #hide() {
    this.#tools.hidden = true;
    this.#chosen = null;
  }

  #use(tool) {
    const line = this.#chosen && this.#lines.get(this.#chosen);
    if (!line || (tool.isForOwn && !this.state.isMe(line.nick))) return;
    // The tools go with the line.
    if (this.#tools.contains(document.activeElement)) this.#chosen.focus({ preventScroll: true });
    if (tool.does === "remove" && !confirm("Delete this line for all?")) return;
    if (tool.begins) this.does.begin(tool.begins, line);
    else this.actions[tool.does](line);
  }
}

const lineAt = (target) => target?.closest?.(".line");

/** Return where the lines begin after which all have come now. */
function firstLive(lines) {
  let first = lines.length;
  while (first > 0 && lines[first - 1].isLive) first -= 1;
  return first;
}

// Where the reader types, with completion, and what was typed before.

import { byId, element, listen, onSubmit } from "./dom.js";

/** Texts that Up brings back. */
const MOST_BEFORE = 100;
/** Reactions that need no typing. */
const SYMBOLS = ["+1", "-1", "👍", "😄", "🎉", "❤", "👀"];

export class Composer {
  #text = byId("text");
  #about = byId("about");
  #words = byId("words");
  #before = [];
  #at = 0;
  // The line that is answered, edited or reacted to, how, and what stood in the field before.
  #line = null;
  // What is completed: the words, how they are shown, which stands there, and the text around it.
  #completion = null;
  #isTabFree = false;

  /** `does.send` and `does.about` promise whether it was taken; a screen reader says what we `tell`. */
  constructor(does, tell) {
    this.does = does;
    this.tell = tell;
    onSubmit(byId("composer"), () => this.#send());
    listen(this.#text, { keydown: (event) => this.#key(event), input: () => this.#changed() });
    this.#words.onclick = (event) => {
      const index = [...this.#words.children].indexOf(event.target.closest("li"));
      if (index >= 0) this.#take(index);
      this.focus();
    };
  }

  focus() {
    this.#text.focus();
  }

  /** Answer a line with what is typed next, edit it, or react to it. */
  begin(kind, line) {
    this.#end();
    this.#line = { kind, line, before: this.#text.value };
    const does = { reply: "Reply to", edit: "Edit", react: "React to" }[kind];
    const button = (name, onclick) => element("button", { type: "button", onclick }, name);
    const symbols = (kind === "react" ? SYMBOLS : []).map((symbol) =>
      button(symbol, () => {
        this.#write(symbol);
        this.#send();
      }),
    );
    const cancel = button("Cancel", () => this.cancel());
    const about = element("span", {}, `${does} ${line.nick}: ${line.text}`);
    this.#about.replaceChildren(about, ...symbols, cancel);
    this.#about.hidden = false;
    if (kind !== "reply") this.#write(kind === "edit" ? line.text : SYMBOLS[0]);
    if (kind === "react") this.#text.select();
    this.focus();
  }

  /** Forget all that was typed: another user comes. */
  clear() {
    this.#before = [];
    this.#at = 0;
    this.#end();
    this.#write("");
    this.#changed();
  }

  cancel() {
    this.#end();
    this.focus();
  }

  /** End an answer, an edit or a reaction; what was being typed before that is there again. */
  #end() {
    if (this.#line && this.#line.kind !== "reply") this.#write(this.#line.before);
    this.#line = null;
    this.#about.hidden = true;
  }

  #write(text, cursor = text.length) {
    this.#text.value = text;
    this.#text.setSelectionRange(cursor, cursor);
    this.#grow();
  }

  #changed() {
    this.#completion = null;
    this.#isTabFree = false;
    this.#showWords();
    this.#grow();
  }

  /** Make the field as high as its text, up to a third of the window. */
  #grow() {
    this.#text.rows = Math.min(12, this.#text.value.split("\n").length);
    // A long line takes several rows.
    while (this.#text.rows < 8 && this.#text.scrollHeight > this.#text.clientHeight + 2) {
      this.#text.rows += 1;
    }
  }

  async #send() {
    const text = this.#text.value.replace(/\s+$/u, "");
    if (!text.trim()) return;
    const about = this.#line;
    const before = this.#before;
    before.push(text);
    before.splice(0, before.length - MOST_BEFORE);
    this.#at = before.length;
    this.#write("");
    this.#end();
    this.#changed();
    this.focus();
    const isTaken = about
      ? await this.does.about(about.line, about.kind, text)
      : await this.does.send(text);
    // What is refused is not lost, unless something else is typed already.
    const isFree = ["", about?.before].includes(this.#text.value);
    if (isTaken !== false || this.#line || !isFree || before !== this.#before) return;
    if (about) this.begin(about.kind, about.line);
    this.#write(text);
    // It is mended, or typed over.
    this.#text.select();
  }

  #key(event) {
    const { key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Enter" && !event.shiftKey) this.#send();
    else if (key === "Tab" && this.#mayComplete()) this.#complete(event.shiftKey ? -1 : 1);
    else if (key === "Escape") this.#escape();
    else if (key === "ArrowUp" && this.#isAtTop()) this.#recall(-1);
    else if (key === "ArrowDown" && this.#at < this.#before.length && this.#isAtTop()) this.#recall(1);
    else return;
    event.preventDefault();
  }

  #escape() {
    if (this.#completion) {
      this.#write(this.#completion.text, this.#completion.cursor);
      this.#changed();
    } else if (this.#line) {
      this.cancel();
    }
    // Tab is a key to go on with again.
    this.#isTabFree = true;
  }

  // -- what was typed before --

  #isAtTop() {
    return ["", this.#before[this.#at]].includes(this.#text.value);
  }

  #recall(step) {
    this.#at = Math.max(0, Math.min(this.#before.length, this.#at + step));
    this.#write(this.#before[this.#at] ?? "");
  }

  // -- completion --

  #mayComplete() {
    const before = this.#text.value.slice(0, this.#text.selectionStart);
    return !this.#isTabFree && (this.#completion !== null || before.trim() !== "");
  }

  async #complete(step) {
    if (this.#completion) {
      const { index, words } = this.#completion;
      this.#take((index + step + words.length) % words.length);
      return;
    }
    const { value: text, selectionStart: cursor } = this.#text;
    const { start, words, names } = await this.does.complete(text, cursor);
    // It is typed on, or given up.
    if (this.#isTabFree || this.#text.value !== text || this.#text.selectionStart !== cursor) return;
    if (!words.length) {
      this.tell("Nothing completes that.");
      this.#isTabFree = true;
      return;
    }
    const shown = words.map((word, place) => (names[place] ? `${word} ${names[place]}` : word));
    this.#completion = { start, words, shown, index: -1, text, cursor };
    this.#take(0);
  }

  #take(index) {
    const completion = this.#completion;
    completion.index = index;
    const { start, words, shown, text, cursor } = completion;
    const isAlone = words.length === 1;
    const word = words[index] + (isAlone && !/\s$/u.test(words[index]) ? " " : "");
    this.#write(text.slice(0, start) + word + text.slice(cursor), start + word.length);
    if (isAlone) this.#completion = null;
    this.#showWords();
    if (!isAlone) this.tell(`${shown[index]}, ${index + 1} of ${words.length}`);
  }

  #showWords() {
    const { shown = [], index = -1 } = this.#completion ?? {};
    if (!shown.length) this.tell("");
    this.#words.hidden = !shown.length;
    const rows = shown.map((word, number) =>
      element("li", { role: "option", "aria-selected": String(number === index) }, word),
    );
    this.#words.replaceChildren(...rows);
    rows[index]?.scrollIntoView({ block: "nearest" });
  }
}

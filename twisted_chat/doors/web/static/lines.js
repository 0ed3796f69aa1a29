// Lines: one line of a place becomes an element.

import { element } from "./dom.js";

/** What is taken for a link; all else that users write is text. */
const LINK = /https?:\/\/[^\s<>"'`\u2028\u2029]+/giu;
/** What rather ends the sentence than the link. */
const ENDS = ".,:;!?'\"’”»…";
/** Colours of names. */
const HUES = 24;

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat([], { weekday: "short", day: "numeric", month: "long" });
const whole = new Intl.DateTimeFormat([], { dateStyle: "full", timeStyle: "medium" });

export const dayOf = (line) => calendar.format(line.at * 1000);

/** Return the style of a name: its hue, which is the same for each reader. */
export function styleOf(nick) {
  let sum = 0;
  for (const character of nick.toLowerCase()) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return `--hue: ${(sum % HUES) * (360 / HUES)}`;
}

export function nodesOf(text) {
  const nodes = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const link = linkOf(trimmed(found));
    if (!link) continue;
    nodes.push(text.slice(from, index), link);
    from = index + link.textContent.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

/** Return a link without what ends the sentence or is around it, in a time linear in its length. */
function trimmed(found) {
  const count = (what) => found.split(what).length;
  const extra = { ")": count(")") - count("("), "]": count("]") - count("[") };
  let end = found.length;
  for (; end; end -= 1) {
    const last = found[end - 1];
    if (extra[last] > 0) extra[last] -= 1;
    else if (!ENDS.includes(last)) break;
  }
  return found.slice(0, end);
}

function linkOf(text) {
  if (!URL.canParse(text)) return null;
  const { href, protocol } = new URL(text);
  // The expression allows no other; this is what keeps `javascript:` out if it ever did.
  if (protocol !== "http:" && protocol !== "https:") return null;
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** Return an element for a line; `roomShown` names its room. */
export function elementOf(line, roomShown) {
  const made = element("div", { tabIndex: -1, data: { number: line.number } });
  draw(made, line, roomShown);
  return made;
}

export function draw(made, line, roomShown) {
  made.className = `line ${line.kind}`;
  made.classList.toggle("mention", line.isMention);
  const at = new Date(line.at * 1000);
  const told = { dateTime: at.toISOString(), title: titleOf(line) };
  const time = element("time", told, clock.format(at));
  const nick = element("b", { className: "nick", style: styleOf(line.nick) }, line.nick);
  const text = element("span", { className: "text", dir: "auto" });
  made.replaceChildren(time, " ", nick, element("span", { className: "colon" }, ": "), text);
  if (roomShown && line.room) text.append(element("i", { className: "room" }, `#${line.room} `));
  if (line.re) {
    const quote = line.quote || `line ${line.re}`;
    const link = element("button", { className: "quote", data: { re: line.re } }, `↪ ${quote}`);
    text.append(link, element("br"));
  }
  if (line.isBot) nick.append(small("(bot)"));
  if (line.kind === "deleted") text.append("(deleted)");
  else if (line.table) text.append(tableOf(line.table));
  else text.append(...nodesOf(line.text));
  if (line.editedBy) {
    const by = line.editedBy === line.nick ? "" : ` by ${line.editedBy}`;
    text.append(small(`(edited${by})`));
  }
  if (line.isPinned) text.append(small("(pinned)"));
  if (line.reactions.size) text.append(reactionsOf(line));
  reach(made, -1);
}

const small = (text) => element("small", {}, ` ${text}`);

function tableOf({ columns, rows }) {
  const head = element("tr", {}, ...columns.map((each) => element("th", { scope: "col" }, each)));
  const cells = (row) => row.map((each) => element("td", {}, ...nodesOf(each)));
  const body = rows.map((row) => element("tr", {}, ...cells(row)));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

/** Let Tab lead to what is in a line, or not: else it would lead through all lines. */
export function reach(made, tabIndex) {
  for (const each of made?.querySelectorAll("a, button") ?? []) each.tabIndex = tabIndex;
}

/** Return when a line was said, and its number. */
function titleOf(line) {
  const number = line.number && line.room ? `, line ${line.number}` : "";
  return `${whole.format(line.at * 1000)}${number}`;
}

function reactionsOf(line) {
  const shown = element("span", { className: "reactions" });
  for (const [symbol, count] of line.reactions) {
    const label = `${symbol}, ${count}. React too, or take it back`;
    const button = element("button", { data: { symbol }, "aria-label": label }, `${symbol} ${count}`);
    shown.append(" ", button);
  }
  return shown;
}

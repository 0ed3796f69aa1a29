// Puts the parts together.

import { Actions } from "./actions.js";
import { Asked } from "./asked.js";
import { Attention } from "./attention.js";
import { Composer } from "./composer.js";
import { Connection, Refusal } from "./connection.js";
import { byId, onSubmit, soon, write } from "./dom.js";
import { Entry, Tokens, askSecrets } from "./entry.js";
import { Log } from "./log.js";
import { Sidebars } from "./sidebars.js";
import { State } from "./state.js";

/** What the reader is told when the connection is closed for good, by cause. */
const ENDED = {
  quit: "You have left. Give a name to come in again.",
  idle: "You were away for long, and the server has closed the connection.",
  ghost: "Your session was closed from elsewhere.",
  unlinked: "This browser needs your password again.",
  elsewhere: "Your session goes on in another tab or window, or the server has closed it.",
  flooding: "You sent too much at once, and the server has closed the connection.",
  guessing: "Too many passwords were wrong. Try again later.",
};

/** For a guest whose tab was closed. */
const HELD = " If that was you in a tab that is closed, it is free ten minutes later.";

/** Return where the WebSocket is: beside the page. */
function address() {
  const url = new URL("ws", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

const tokens = new Tokens();
const draw = soon(() => {
  const { current } = state;
  if (current?.kind === "room" && current.name !== tokens.room) tokens.room = current.name;
  if (current && connection.isIn) tell("");
  if (current) actions.load(current);
  log.draw();
  sidebars.draw();
  attention.draw();
});
const state = new State({
  changed: draw,
  called: (place, line) => attention.call(place, line),
  isWatched: (place) => log.isWatched(place),
  placeless: tell,
  led,
});
// With what the page comes in, and where it goes then.
let name = "";
let password = "";
// How else: with a code from another device, or as a new account.
let otherwise = {};

const connection = new Connection(address(), {
  told(told, request) {
    if (asked.take(told)) return;
    state.take(told, request);
    if (told.event === "link-waits") entry.tell(told.sentence);
    if (told.event === "token-changed") tokens.keep(told.token);
    if (told.event === "account-changed" && told.change === "logged-out") leave("");
  },
  entered(hello) {
    const isNew = hello.nick !== state.nick || !state.current;
    tokens.keep(hello.token);
    name = hello.nick;
    password = "";
    otherwise = {};
    state.take(hello);
    entry.close();
    tell("");
    if (isNew) begin();
    else if (!hello.is_resumed) actions.loadOthers();
  },
  refused(refusal) {
    connection.leave();
    if (refusal.code === "unknown-token") {
      tokens.forget();
      // A guest may come in again as before; an account needs its password.
      if (name && !state.account) {
        state.clear();
        enter();
      } else {
        leave(name ? "Please log in again." : "", name);
      }
      return;
    }
    if (refusal.code === "password-required") entry.askPassword();
    if (refusal.code === "guests-not-let-in") entry.offerAccount(refusal.facts.registration);
    let sentence = refusal.message;
    if (refusal.code === "nick-in-use") sentence += HELD;
    if (refusal.code === "password-required" && !password) {
      sentence = `The name ${name} has an account: give its password.`;
    }
    leave(sentence, name);
  },
  lost(seconds, why) {
    asked.hide();
    tell(`${why || "No connection."} Trying again in ${Math.ceil(seconds)} s; what you send waits.`);
    entry.tell(`${why || "The server does not answer."} Trying again.`);
  },
  ended(cause) {
    if (cause === "elsewhere") tokens.yield();
    else tokens.forget();
    leave(ENDED[cause] ?? "The server has closed the connection.", state.nick);
  },
});
const actions = new Actions(connection, state, askSecrets);
const asked = new Asked({
  answer: (members) =>
    connection
      .ask("respond", members)
      .catch((refusal) => state.refuse(refusal.message)),
  leave: () => composer.focus(),
});
const attention = new Attention(state, (place) => open(place));

const log = new Log(state, actions, {
  jump,
  leave: () => composer.focus(),
  begin: (kind, line) => composer.begin(kind, line),
});

const composer = new Composer(
  {
    send,
    about: (line, kind, text) => actions[kind](line, text),
    complete: (text, cursor) => actions.complete(text, cursor, state.current),
  },
  (sentence) => write("completed", sentence),
);

const sidebars = new Sidebars(state, {
  open,
  write: (nick) => open(state.person(nick)),
  join: (room) => send(`/join ${room}`).then(() => composer.focus()),
  rooms: () => actions.rooms(),
});

const entry = new Entry((given) => {
  ({ name, password, otherwise } = given);
  tokens.forget();
  tokens.stay(given.isStaying);
  enter();
});

function enter() {
  connection.enter(() => {
    const token = tokens.find();
    if (token) return { token, seen: state.seen || undefined };
    return "link" in otherwise ? otherwise : { name, password, ...otherwise };
  });
}

function leave(sentence, given = "") {
  connection.leave();
  asked.hide();
  state.clear();
  composer.clear();
  document.title = "Twisted Chat";
  entry.show(sentence, given);
}

/** Show the room in which the reader was, or where they have come in. */
function begin() {
  const wanted = [tokens.room, state.serverRoom].map((each) => state.room(each)).find(Boolean);
  const place = wanted ?? [...state.rooms.values()].at(-1);
  if (place) open(place);
  actions.loadOthers();
  composer.focus();
}

// What was typed and is not done yet, each with its place; the first is being done.
const typed = [];
let sending = Promise.resolve();

function send(text) {
  const { current } = state;
  const each = { place: current?.kind === "results" ? current.of : current };
  typed.push(each);
  sending = sending.catch(() => {}).then(async () => {
    const { place } = each;
    try {
      if (place && place === state.current && !place.isAtEnd) await log.toEnd();
      return await actions.send(text, place);
    } finally {
      typed.shift();
      if (state.current && state.current !== place) actions.open(state.current);
    }
  });
  return sending;
}

/** What was typed ahead goes where the command before it has led, as in a terminal. */
function led(to) {
  const from = typed[0]?.place;
  for (const each of typed) if (each.place === from) each.place = to;
}

function open(place) {
  actions.open(place);
  composer.focus();
}

/** Go back to the message, and from results to where the reader was. */
function back() {
  const { of } = state.results ?? {};
  if (state.places.includes(of)) open(of);
  else composer.focus();
}

async function jump(room, number) {
  if (await actions.jump(room, number)) log.toLine(number);
}

function tell(sentence) {
  if (byId("told").textContent !== sentence) write("told", sentence);
}

/** Go to the next place in one direction that is wanted; return if there is one. */
function go(step, isWanted = () => true) {
  const { places } = state;
  if (step < 0) places.reverse();
  const at = places.indexOf(state.current) + 1;
  const found = [...places.slice(at), ...places.slice(0, at)].find(isWanted);
  if (found) open(found);
  return Boolean(found);
}

const KEYS = {
  ArrowUp: () => go(-1),
  ArrowDown: () => go(1),
  a: () => go(1, (place) => place.mentions) || go(1, (place) => place.unread),
  l: () => log.focus(),
  s: () => byId("search-words").focus(),
  k: () => byId("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (byId("chat").hidden || document.querySelector("dialog[open]")) return;
  // On some keyboards Alt makes another letter of a key.
  const does = KEYS[event.key] ?? KEYS[event.code.replace("Key", "").toLowerCase()];
  if (event.altKey && !event.ctrlKey && does) does();
  else if (event.target.id === "text" && event.key === "PageUp") log.page(-1);
  else if (event.target.id === "text" && event.key === "PageDown") log.page(1);
  else if (event.key === "Escape" && !event.defaultPrevented) back();
  else return;
  event.preventDefault();
});

onSubmit(byId("search"), () => {
  const words = byId("search-words").value.trim();
  if (words) actions.search(words).then(() => log.focus());
});
byId("pins").onclick = () => actions.pins(state.current).then(() => log.focus());
byId("keys").onclick = KEYS.k;

// A refusal of what the page does by itself is told already.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof Refusal) event.preventDefault();
});

if (!tokens.find()) {
  entry.show();
} else if (await tokens.isUsedElsewhere()) {
  entry.show("You are here in another tab already. Give a name to come in here too.");
} else {
  enter();
}

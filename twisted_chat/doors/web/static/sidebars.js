// The rooms and messages on one side, the people of a room on the other.

import { arrange, byId, element, onSubmit, write } from "./dom.js";
import { styleOf } from "./lines.js";

/** People that are listed; the others are counted. */
const MOST_PEOPLE = 300;

const order = new Intl.Collator([], { sensitivity: "base", numeric: true });

export class Sidebars {
  #rows = new Map();
  #drawn = {};
  #drawers = [
    [byId("show-places"), byId("places")],
    [byId("show-people"), byId("people")],
  ];

  constructor(state, does) {
    this.state = state;
    this.does = does;
    for (const [button, drawer] of this.#drawers) {
      button.onclick = () => this.#toggle(drawer);
      drawer.onkeydown = (event) => {
        if (event.key !== "Escape" || !drawer.classList.contains("open")) return;
        event.preventDefault();
        this.close();
        button.focus();
      };
      // Who goes on elsewhere wants to see it.
      for (const each of [button, drawer]) {
        each.addEventListener("focusout", ({ relatedTarget: to }) => {
          if (to && to !== button && !drawer.contains(to)) this.close();
        });
      }
    }
    byId("others").addEventListener("toggle", (event) => event.target.open && does.rooms());
    onSubmit(byId("join"), () => {
      const room = byId("join-room").value.trim();
      if (!room) return;
      byId("join-room").value = "";
      this.close();
      does.join(room);
    });
  }

  #toggle(shown) {
    for (const [button, drawer] of this.#drawers) {
      const isOpen = drawer === shown && !drawer.classList.contains("open");
      drawer.classList.toggle("open", isOpen);
      button.ariaExpanded = String(isOpen);
      if (isOpen) drawer.querySelector("button, input")?.focus();
    }
  }

  /** Close what covers the lines on a narrow window. */
  close() {
    this.#toggle(null);
  }

  draw() {
    const { state } = this;
    arrange(byId("rooms"), [...state.rooms.values()].map((place) => this.#place(place)));
    arrange(byId("messages"), [...state.people.values()].map((place) => this.#place(place)));
    byId("messages-title").hidden = !state.people.size;
    arrange(byId("other-rooms"), state.otherRooms.filter(({ room }) => !state.room(room)).map(
      (each) => this.#other(each),
    ));
    const account = state.account ? "" : " (guest)";
    write("me", `You are ${state.nick}${account}`);
    this.#drawHeader();
    this.#drawPeople();
    // Those who are gone, and what they have said.
    for (const [key, row] of this.#rows) if (!row.isConnected) this.#rows.delete(key);
  }

  #drawHeader() {
    const { state } = this;
    const { current, places } = state;
    const place = current ?? { title: "No room", topic: "", kind: "" };
    write("title", place.title);
    byId("topic").textContent = byId("topic").title = place.topic ?? "";
    byId("pins").hidden = place.kind !== "room";
    byId("show-people").hidden = byId("people").hidden = place.kind !== "room";
    const elsewhere = places.filter((each) => each !== current);
    const unread = state.sum("unread", elsewhere);
    write("elsewhere", unread ? ` ${shown(unread)}` : "");
    byId("elsewhere").classList.toggle("called", state.sum("mentions", elsewhere) > 0);
  }

  /** Return the row of a key, a button that `does` something; its children are made once. */
  #row(key, does, ...children) {
    if (!this.#rows.has(key)) {
      const onclick = () => {
        this.close();
        does();
      };
      this.#rows.set(key, element("li", {}, element("button", { onclick }, ...children)));
    }
    return this.#rows.get(key);
  }

  #place(place) {
    const spans = ["name", "badge"].map((className) => element("span", { className }));
    const row = this.#row(place, () => this.does.open(place), ...spans);
    const [button] = row.children;
    const [name, badge] = button.children;
    const { kind, title, unread, mentions } = place;
    if (name.textContent !== title) name.textContent = title;
    badge.textContent = unread ? shown(unread) : "";
    badge.classList.toggle("called", (kind === "person" ? unread : mentions) > 0);
    button.classList.toggle("unread", unread > 0);
    const news = unread ? `, ${unread} unread` : "";
    const named = mentions && kind === "room" ? `, ${mentions} with your name` : "";
    button.ariaLabel = `${title}${news}${named}`;
    button.ariaCurrent = place === this.state.current ? "page" : null;
    return row;
  }

  #other({ room, members, topic }) {
    const row = this.#row(`#${room}`, () => this.does.join(room));
    Object.assign(row.firstChild, { textContent: `#${room} (${members})`, title: topic });
    return row;
  }

  #drawPeople() {
    const place = this.state.current;
    // Sorting a thousand names takes longer than all else.
    if (this.#drawn.place === place && this.#drawn.changes === place?.changes) return;
    this.#drawn = { place, changes: place?.changes };
    const names = place?.kind === "room" ? [...place.people].sort(order.compare) : [];
    const count = names.length + (place?.more ?? 0);
    write("people-title", count ? `People (${count})` : "People");
    const rows = names.slice(0, MOST_PEOPLE).map((nick) => {
      const row = this.#row(`@${nick}`, () => this.does.write(nick), nick);
      const told = { className: "nick", style: styleOf(nick), title: `Write to ${nick}` };
      Object.assign(row.firstChild, told);
      return row;
    });
    arrange(byId("members"), rows);
  }
}

const shown = (count) => (count > 99 ? "99+" : String(count));

// The rooms and messages on one side, the people of a room on the other.

import { arrange, byId, element } from "./dom.js";
import { colourOf } from "./lines.js";

/** People that are listed; of more, there is their number. */
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
      drawer.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !drawer.classList.contains("open")) return;
        event.preventDefault();
        this.close();
        button.focus();
      });
      // Who goes on elsewhere wants to see it.
      for (const each of [button, drawer]) {
        each.addEventListener("focusout", ({ relatedTarget: to }) => {
          if (to && to !== button && !drawer.contains(to)) this.close();
        });
      }
    }
    byId("others").addEventListener("toggle", (event) => event.target.open && does.rooms());
    byId("join").addEventListener("submit", (event) => {
      event.preventDefault();
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
      button.setAttribute("aria-expanded", String(isOpen));
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
    byId("me").textContent = `You are ${state.nick}${account}`;
    this.#drawHeader();
    this.#drawPeople();
    // Those who are gone, and what they have said.
    for (const [key, row] of this.#rows) if (!row.isConnected) this.#rows.delete(key);
  }

  #drawHeader() {
    const { current, places } = this.state;
    const place = current ?? { title: "No room", topic: "", kind: "" };
    byId("title").textContent = place.title;
    byId("topic").textContent = place.topic ?? "";
    byId("topic").title = place.topic ?? "";
    byId("pins").hidden = place.kind !== "room";
    byId("show-people").hidden = byId("people").hidden = place.kind !== "room";
    const elsewhere = places.filter((each) => each !== current);
    const sum = (name) => elsewhere.reduce((total, each) => total + each[name], 0);
    byId("elsewhere").textContent = sum("unread") ? ` ${shown(sum("unread"))}` : "";
    byId("elsewhere").classList.toggle("called", sum("mentions") > 0);
  }

  #row(key, make) {
    if (!this.#rows.has(key)) {
      const button = element("button");
      this.#rows.set(key, element("li", {}, button));
      make(button);
    }
    return this.#rows.get(key);
  }

  #place(place) {
    const row = this.#row(place, (button) => {
      button.append(element("span", { className: "name" }), element("span", { className: "badge" }));
      button.onclick = () => {
        this.close();
        this.does.open(place);
      };
    });
    const [button] = row.children;
    const [name, badge] = button.children;
    const calls = place.kind === "person" ? place.unread : place.mentions;
    if (name.textContent !== place.title) name.textContent = place.title;
    badge.textContent = place.unread ? shown(place.unread) : "";
    badge.classList.toggle("called", calls > 0);
    button.classList.toggle("unread", place.unread > 0);
    const news = place.unread ? `, ${place.unread} unread` : "";
    const named = calls && place.kind === "room" ? `, ${calls} with your name` : "";
    button.setAttribute("aria-label", `${place.title}${news}${named}`);
    if (place === this.state.current) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
    return row;
  }

  #other({ room, members, topic }) {
    const row = this.#row(`#${room}`, (button) => {
      button.onclick = () => {
        this.close();
        this.does.join(room);
      };
    });
    const [button] = row.children;
    button.textContent = `#${room} (${members})`;
    button.title = topic;
    return row;
  }

  #drawPeople() {
    const place = this.state.current;
    // Sorting a thousand names takes longer than all else.
    if (this.#drawn.place === place && this.#drawn.changes === place?.changes) return;
    this.#drawn = { place, changes: place?.changes };
    const names = place?.kind === "room" ? [...place.people].sort(order.compare) : [];
    const count = names.length + (place?.more ?? 0);
    byId("people-title").textContent = count ? `People (${count})` : "People";
    const rows = names.slice(0, MOST_PEOPLE).map((nick) =>
      this.#row(`@${nick}`, (button) => {
        button.className = `nick c${colourOf(nick)}`;
        button.textContent = nick;
        button.title = `Write to ${nick}`;
        button.onclick = () => {
          this.close();
          this.does.write(nick);
        };
      }),
    );
    arrange(byId("members"), rows);
  }
}

const shown = (count) => (count > 99 ? "99+" : String(count));

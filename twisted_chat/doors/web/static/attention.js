// The title says how much is unread, and a notification that the reader is named.

import { byId } from "./dom.js";

const NAME = "Twisted Chat";

export class Attention {
  /** `open(place)` is called when the reader follows a notification. */
  constructor(state, open) {
    this.state = state;
    this.open = open;
    const button = byId("notify");
    // Without TLS, but on this machine, browsers have no notifications.
    const mayAsk = () => "Notification" in window && Notification.permission === "default";
    button.hidden = !mayAsk();
    button.onclick = async () => {
      await Notification.requestPermission();
      button.hidden = !mayAsk();
    };
  }

  draw() {
    const { state } = this;
    const { current } = state;
    const calls = state.sum("mentions");
    const news = calls ? `(${calls}) ` : state.sum("unread") ? "* " : "";
    document.title = `${news}${current ? `${current.title} - ` : ""}${NAME}`;
  }

  call(place, line) {
    if (!document.hidden && document.hasFocus()) return;
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      const title = place.kind === "room" ? `${line.nick} in ${place.title}` : line.nick;
      const shown = new Notification(title, { body: line.text.slice(0, 200), tag: place.title, renotify: true });
      shown.onclick = () => {
        focus();
        shown.close();
        this.open(place);
      };
    } catch {
      // Telephones have those of service workers alone.
    }
  }
}

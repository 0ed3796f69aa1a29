// Who comes in, under a name or with an account, and where the token of that is kept.
//
// It is kept with the tab: a reload goes on with the session, and the end of the tab forgets it, as
// a shared computer needs it.  Who logs in may ask to stay, and has it in localStorage then.

import { byId, element, onSubmit, write } from "./dom.js";

const KEY = "twisted-chat-token";
const ROOM = "twisted-chat-room";
/** Milliseconds within which another tab says that it has the same token. */
const ANSWER_WITHIN = 150;

export class Tokens {
  #isStaying = false;
  #channel = "BroadcastChannel" in window ? new BroadcastChannel(KEY) : null;
  #isUsed = false;
  #answered = () => {};

  constructor() {
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      if (data.asked && this.#isUsed && data.asked === this.find()) {
        this.#channel.postMessage({ used: data.asked });
      }
      if (data.used === this.find()) this.#answered(true);
    };
  }

  find() {
    return read(() => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY)) ?? "";
  }

  /** Keep tokens for good from now on, or with the tab. */
  stay(isStaying) {
    this.#isStaying = isStaying;
  }

  keep(token) {
    this.#isUsed = true;
    read(() => {
      const old = this.find();
      // After a reload too, the one that stays is this one.
      this.#isStaying ||= old !== "" && old === localStorage.getItem(KEY);
      sessionStorage.setItem(KEY, token);
      if (this.#isStaying) localStorage.setItem(KEY, token);
    });
  }

  forget() {
    this.#isUsed = false;
    read(() => {
      if (localStorage.getItem(KEY) === sessionStorage.getItem(KEY)) localStorage.removeItem(KEY);
      // Empty, so that the token of another tab is not found here either.
      sessionStorage.setItem(KEY, "");
    });
  }

  get room() {
    return read(() => sessionStorage.getItem(ROOM)) ?? "";
  }

  set room(name) {
    read(() => sessionStorage.setItem(ROOM, name));
  }

  yield() {
    this.#isUsed = false;
  }

  isUsedElsewhere() {
    if (!this.#channel) return Promise.resolve(false);
    this.#channel.postMessage({ asked: this.find() });
    return new Promise((resolve) => {
      this.#answered = resolve;
      setTimeout(() => resolve(false), ANSWER_WITHIN);
    });
  }
}

/** Use a storage; a browser may forbid that. */
function read(use) {
  try {
    return use();
  } catch {
    return undefined;
  }
}

export class Entry {
  #name = byId("entry-name");
  #password = byId("entry-password");
  #account = byId("entry-account");
  #isNew = byId("entry-new");
  #code = byId("entry-code");

  constructor(enter) {
    onSubmit(byId("entry-form"), () => {
      byId("entry-go").disabled = true;
      this.tell("");
      const password = this.#account.hidden ? "" : this.#password.value;
      const name = this.#name.value.trim();
      const isStaying = byId("entry-stay").checked;
      enter({ name, password, isStaying, otherwise: this.#otherwise(name) });
    });
    byId("entry-more").onclick = () => this.askPassword();
  }

  show(sentence = "", name = "") {
    this.#toggle(true);
    this.tell(sentence);
    if (name) this.#name.value = name;
    (this.#account.hidden ? this.#name : this.#password).focus();
  }

  askPassword() {
    this.#account.hidden = false;
    byId("entry-more").hidden = true;
    write("entry-go", "Log in");
    (this.#name.value ? this.#password : this.#name).focus();
  }

  /** Offer to make an account, as far as the server lets newcomers: open, invite or closed. */
  offerAccount(registration) {
    this.askPassword();
    byId("entry-register").hidden = registration === "closed";
    byId("entry-invited").hidden = registration !== "invite";
  }

  /** Return what a hello has besides a name and a password, or in their place. */
  #otherwise(name) {
    const link = /^\/link\s+(.+)$/i.exec(name);
    if (link) return { link: link[1] };
    const isNew = this.#isNew.checked && !byId("entry-register").hidden;
    return isNew ? { register: true, invitation: this.#code.value.trim() } : {};
  }

  tell(sentence) {
    write("entry-told", sentence);
  }

  close() {
    this.#password.value = this.#code.value = "";
    this.#isNew.checked = false;
    this.#toggle(false);
  }

  #toggle(isShown) {
    byId("entry").hidden = !isShown;
    byId("chat").hidden = isShown;
    byId("entry-go").disabled = false;
  }
}

/** Ask for the secrets of a command and return them by name; null if none are given. */
export function askSecrets(command, names) {
  const dialog = byId("secret");
  const labels = { password: "Password", old: "Old password", new: "New password", again: "Again" };
  write("secret-title", `/${command}`);
  const fields = names.map((name) => {
    const input = element("input", { type: "password", required: true, autocomplete: "off" });
    return { name, input, label: element("label", {}, `${labels[name]} `, input) };
  });
  byId("secret-fields").replaceChildren(...fields.map(({ label }) => label));
  return new Promise((resolve) => {
    const end = (given) => {
      dialog.close();
      // They stay until the next time: Chromium takes no more keys where a field with the focus goes.
      for (const { input } of fields) input.value = "";
      resolve(given);
    };
    dialog.oncancel = () => end(null);
    byId("secret-no").onclick = () => end(null);
    onSubmit(byId("secret-form"), () => {
      const secrets = fields.map(({ name, input }) => [name, input.value]);
      const { again, ...given } = Object.fromEntries(secrets);
      if ([undefined, given.new ?? given.password].includes(again)) end(given);
      else write("secret-title", "These are two passwords. Type one twice.");
    });
    dialog.showModal();
  });
}

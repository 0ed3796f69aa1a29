// What a command asks the reader: a form above the message.

import { byId, element, onSubmit, write } from "./dom.js";

export class Asked {
  #form = byId("asked");
  #fields = byId("asked-fields");
  #number = 0;
  #does;

  /**
   * @param {Object<string, function>} does `answer(members)`, of the request; `leave()`, back to the
   *   message.
   */
  constructor(does) {
    this.#does = does;
    const cancel = () => this.#end({ cancel: true });
    onSubmit(this.#form, () => {
      this.#end({ text: this.#fields.querySelector("input")?.value ?? "" });
    });
    this.#form.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      cancel();
    };
    byId("asked-no").onclick = cancel;
  }

  /** Take up what is told of questions; return whether it is. */
  take(told) {
    if (told.event === "asked") this.#show(told);
    else if (told.event !== "question-ended") return false;
    else if (told.question === this.#number) this.hide();
    return true;
  }

  hide() {
    const hadFocus = this.#form.contains(document.activeElement);
    this.#number = 0;
    this.#form.hidden = true;
    // An answer may be a secret.
    this.#fields.replaceChildren();
    if (hadFocus) this.#does.leave();
  }

  #show(told) {
    this.#number = told.question;
    write("asked-text", told.text);
    const options = told.type === "boolean" ? ["yes", "no"] : told.options;
    const field = {
      type: told.is_secret ? "password" : "text",
      value: told.default,
      inputMode: told.type === "integer" ? "numeric" : "text",
      autocomplete: "off",
      "aria-labelledby": "asked-text",
    };
    this.#fields.replaceChildren(
      ...(options.length ? options.map((each) => this.#button(each)) : [element("input", field)]),
    );
    byId("asked-go").hidden = options.length > 0;
    this.#form.hidden = false;
    // Who has begun to write something else goes on.
    if (!byId("text").value) this.#fields.firstElementChild.focus();
  }

  #button(option) {
    const does = () => this.#end({ text: option });
    return element("button", { type: "button", dir: "auto", onclick: does }, option);
  }

  #end(members) {
    const question = this.#number;
    this.hide();
    if (question) this.#does.answer({ question, ...members });
  }
}

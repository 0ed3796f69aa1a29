// A command in JavaScript, which picks one of several: /pick tea | coffee.
//
// Started by the server, or from elsewhere with the token of a service:
//
//     [plugins.pick]
//     run = ["node", "examples/programs/pick.mjs"]
//
//     CHAT_TOKEN=... node pick.mjs chat.example 7342

import { connect } from "node:net";
import { createInterface } from "node:readline";

const [host, port] = process.argv.slice(2);
const socket = host ? connect(Number(port), host) : null;
const ask = (request, members) =>
  (socket ?? process.stdout).write(JSON.stringify({ request, ...members }) + "\n");

if (socket) ask("hello", { service: process.env.CHAT_TOKEN });
ask("register", {
  version: "1.0",
  commands: [
    {
      name: "pick",
      help: "Pick one of several, with a bar between two.",
      parameters: [{ name: "options", type: "text" }],
    },
  ],
});

for await (const line of createInterface({ input: socket ?? process.stdin })) {
  const told = JSON.parse(line);
  if (told.error) console.error(told.message);
  if (told.event !== "call") continue;
  const options = told.args.options.split("|").map((each) => each.trim()).filter(Boolean);
  if (options.length < 2) {
    ask("answer", { call: told.call, refusal: "Give at least two options: /pick tea | coffee." });
  } else {
    const text = options[Math.floor(Math.random() * options.length)];
    ask("answer", { call: told.call, text: `I pick ${text}.` });
  }
}

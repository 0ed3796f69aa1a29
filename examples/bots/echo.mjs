// A bot that repeats what stands behind "echo ", and comes back when its connection is lost.
//
//     node echo.mjs localhost 7343

import { connect } from "node:net";

const [host, port] = process.argv.slice(2);
const kept = {}; // With what it comes back.

function talk() {
  const connection = connect(port, host);
  const waiting = new Set();
  let [rest, seen, nick] = ["", 0, ""];

  function ask(request, label, members) {
    waiting.add(label);
    connection.write(JSON.stringify({ request, label, ...members }) + "\n");
  }

  function take(told) {
    if (told.error && told.label === "hello") {
      console.error(told.message);
      process.exit(1);
    }
    if (told.event === "hello") [nick, kept.token] = [told.nick, told.token];
    const missed = told.kind === "missed" ? told.lines.map((line) => line.event) : [];
    for (const each of [told, ...missed]) {
      seen = Math.max(seen, each.id ?? 0);
      if (each.event === "said" && each.nick !== nick && each.text.startsWith("echo ")) {
        ask("say", `echo ${each.id}`, { room: each.room, text: each.text.slice(5) });
      }
    }
    if (told.error || told.event === "done") waiting.delete(told.label);
    // What was asked for until then is told again, and done once.
    if (!waiting.size) kept.seen = seen;
  }

  ask("hello", "hello", kept.token ? kept : { name: "echo" });
  connection.setEncoding("utf8").on("error", () => {}).on("data", (data) => {
    const lines = (rest + data).split("\n");
    rest = lines.pop(); // A last line without an end was cut off.
    lines.forEach((line) => take(JSON.parse(line)));
  });
  connection.on("close", () => setTimeout(talk, 1000));
}

talk();

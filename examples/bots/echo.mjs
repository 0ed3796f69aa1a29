// A bot that repeats what stands behind "echo ", and comes back when its connection is lost.
//
// It goes on where it was when it is started again after a crash; on SIGINT and SIGTERM it leaves.
//
//     node echo.mjs localhost 7343 echo.kept

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";

const [host, port, file] = process.argv.slice(2); // In the file is what it keeps.
let kept = existsSync(file) ? JSON.parse(readFileSync(file)) : {}; // With what it comes back.
let connection;

function keep(members) {
  Object.assign(kept, members);
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 }); // It is worth a password.
  renameSync(`${file}.new`, file);
}

function talk() {
  const waiting = new Set();
  let [rest, seen, nick] = ["", kept.seen ?? 0, ""];
  connection = connect(port, host);

  function ask(request, label, members) {
    waiting.add(label);
    connection.write(JSON.stringify({ request, label, ...members }) + "\n");
  }

  function take(told) {
    if (told.error && told.label === "hello") {
      if (told.error !== "unknown-token") {
        console.error(told.message);
        process.exit(1);
      }
      kept = {}; // It was away for too long, and comes by its name.
      return ask("hello", "hello", { name: "echo" });
    }
    if (told.event === "hello") keep({ token: told.token });
    nick = told.event === "hello" ? told.nick : nick;
    const missed = told.kind === "missed" ? told.lines.map((line) => line.event) : [];
    for (const each of [told, ...missed]) {
      seen = Math.max(seen, each.id ?? 0);
      if (each.event === "said" && each.nick !== nick && each.text.startsWith("echo ")) {
        ask("say", `echo ${each.id}`, { room: each.room, text: each.text.slice(5) });
      }
    }
    if (told.error || told.event === "done") waiting.delete(told.label);
    // What was asked for until then is told again, and done once.
    if (!waiting.size && seen > (kept.seen ?? 0)) keep({ seen });
  }

  ask("hello", "hello", kept.token ? kept : { name: "echo" });
  connection.setEncoding("utf8").on("error", () => {}).on("data", (data) => {
    const lines = (rest + data).split("\n");
    rest = lines.pop(); // A last line without an end was cut off.
    lines.forEach((line) => take(JSON.parse(line)));
  });
  connection.on("close", () => setTimeout(talk, 1000));
}

function leave() {
  if (connection.destroyed) process.exit();
  connection.removeAllListeners("data").resume().on("close", (failed) => {
    if (!failed) rmSync(file, { force: true });
    process.exit();
  });
  connection.end('{"request": "bye"}\n');
}

process.on("SIGINT", leave).on("SIGTERM", leave);
talk();

// A bot that repeats what stands behind "echo ", and comes back when its connection is lost.
//
//     node echo.mjs localhost 7343

import { connect } from "node:net";
import { createInterface } from "node:readline";

const [host, port] = process.argv.slice(2);
// What it comes back with: its token, and the last line of each room.
let token = "";
const last = {};

function talk() {
  const connection = connect(port, host);
  connection.on("error", () => {});
  connection.on("close", () => setTimeout(talk, 1000));

  const ask = (request, members) =>
    connection.write(JSON.stringify({ request, ...members }) + "\n");

  ask("hello", token ? { token, last } : { name: "echo" });
  createInterface({ input: connection }).on("error", () => {}).on("line", (line) => {
    const told = JSON.parse(line);
    if (told.error) {
      console.error(told.message);
      process.exit(1);
    }
    token = told.token ?? token;
    for (const said of [...(told.lines ?? []).map((each) => each.event), told]) {
      if (said.event !== "said") continue;
      last[said.room] = said.number;
      if (said.text.startsWith("echo ")) {
        ask("say", { room: said.room, text: said.text.slice("echo ".length) });
      }
    }
  });
}

talk();

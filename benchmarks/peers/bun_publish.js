// One room over WebSocket, with Bun's publish: bun bun_publish.js PORT
//
// It reads requests and tells events as the door of programs does, as far as a saturated room
// needs it: hello and say.  Nothing is kept, limited or checked.

const started = Date.now() * 1000;
let number = 0;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    if (server.upgrade(request, { data: {} })) return undefined;
    return new Response("WebSockets only\n", { status: 400 });
  },
  websocket: {
    open(socket) {
      socket.subscribe("lobby");
    },
    message(socket, text) {
      const asked = JSON.parse(text);
      const at = Date.now() / 1000;
      if (asked.request === "hello") {
        socket.data.nick = asked.name;
        socket.send(JSON.stringify({ event: "hello", at, nick: asked.name }));
      } else if (asked.request === "say") {
        number += 1;
        server.publish(
          "lobby",
          JSON.stringify({
            event: "said",
            at,
            room: "lobby",
            nick: socket.data.nick,
            text: asked.text,
            number,
            re: 0,
            quote: "",
            quoted: "",
            account: "",
            id: started + number,
          }),
        );
      }
    },
  },
});

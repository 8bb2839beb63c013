// Rooms on the Node library ws: {"join":room} and {"room":room,"data":any}.
// --fault drop|double|reorder spoils one of a hundred deliveries, to show that the counts notice.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const fault = process.argv[2] === "--fault" ? process.argv[3] : undefined;
const rooms = new Map();

const http = createServer((request, response) => {
  global.gc();
  const { heapUsed, external } = process.memoryUsage();
  response.end(String(heapUsed + external));
});

const server = new WebSocketServer({ server: http, perMessageDeflate: false });

server.on("connection", (socket) => {
  socket.on("message", (text) => {
    const message = JSON.parse(text);
    if (message.join) {
      join(socket, message.join);
    } else {
      broadcast(message);
    }
  });
  socket.on("error", () => socket.terminate());
});

function join(socket, name) {
  const room = rooms.get(name) ?? rooms.set(name, new Set()).get(name);
  room.add(socket);
  socket.on("close", () => {
    room.delete(socket);
    if (room.size === 0) {
      rooms.delete(name);
    }
  });
  socket.send(JSON.stringify({ joined: name }));
}

function broadcast({ room, data }) {
  const text = Buffer.from(JSON.stringify({ room, data }));
  for (const socket of rooms.get(room) ?? []) {
    if (fault && Math.random() < 0.01) {
      spoil(socket, text);
    } else {
      socket.send(text, { binary: false });
    }
  }
}

function spoil(socket, text) {
  if (fault === "double") {
    socket.send(text, { binary: false });
    socket.send(text, { binary: false });
  } else if (fault === "reorder") {
    setTimeout(() => socket.send(text, { binary: false }), 20);
  }
}

http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  console.log(`listening on ${http.address().port}`),
);

// Rooms on Socket.IO with the Redis adapter, as one node of a cluster has them: "join" and "publish".
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const publishing = createClient({ url: process.argv[2] });
const subscribing = publishing.duplicate();
await Promise.all([publishing.connect(), subscribing.connect()]);

const http = createServer((request, response) => {
  global.gc();
  const { heapUsed, external } = process.memoryUsage();
  response.end(String(heapUsed + external));
});

const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  adapter: createAdapter(publishing, subscribing),
});

io.on("connection", (socket) => {
  socket.on("join", (room, joined) => {
    socket.join(room);
    joined();
  });
  socket.on("publish", (room, data) => io.to(room).emit("message", data));
});

http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  console.log(`listening on ${http.address().port}`),
);

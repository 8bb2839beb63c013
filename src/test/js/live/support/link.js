import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A way to the server that can be cut, as a cable is. */
export class Link {
  #server;
  #target;
  #sockets = new Set();
  #whole = true;

  /** @param {URL} target */
  constructor(target) {
    this.#target = target;
    this.#server = createServer((socket) => this.#join(socket));
  }

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const url = new URL(this.#target);
    url.port = String(this.#server.address().port);
    this.url = url.href;
    return this;
  }

  /** Everything that is open ends, and nothing can be opened. */
  cut() {
    this.#whole = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() {
    this.#whole = true;
  }

  close() {
    this.cut();
    this.#server.close();
  }

  #join(near) {
    if (!this.#whole) return near.destroy();
    const far = connect(Number(this.#target.port), this.#target.hostname);
    for (const [socket, other] of [[near, far], [far, near]]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}

// A way to the test cluster that can be closed: for a cluster that answers first and is away then.
import net from "node:net";

export class Way {
  #server;
  #sockets = new Set();

  /** Opens a way to the server at this address; `url` is where it begins. */
  static async to(address) {
    const { hostname, port } = new URL(address);
    const way = new Way();
    way.#server = net.createServer((near) => {
      const far = net.connect(Number(port), hostname);
      for (const socket of [near, far]) {
        way.#sockets.add(socket);
        socket.on("close", () => way.#sockets.delete(socket));
      }
      near.on("error", () => far.destroy());
      far.on("error", () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await new Promise((resolve) => way.#server.listen(0, "127.0.0.1", resolve));
    way.url = `https://127.0.0.1:${way.#server.address().port}`;
    return way;
  }

  /** From now on nobody answers there. */
  close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

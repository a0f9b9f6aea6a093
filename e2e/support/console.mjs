// A Muster server of our own: started, restarted with the same data, killed, removed.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { artifacts, patience, program } from "./settings.mjs";

/** A port that nobody listens at now. */
export async function freePort() {
  const probe = net.createServer();
  await new Promise((resolve, reject) => probe.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits until `condition` gives something true, and gives that; fails when the time is up. */
export async function until(what, condition, milliseconds = patience) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${milliseconds / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export class Console {
  #process;
  #lines = [];

  constructor(name, folder, port) {
    this.name = name;
    this.folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a server with an empty data folder. */
  static async start(name, ...serveArguments) {
    const folder = await mkdtemp(path.join(os.tmpdir(), "muster-e2e-"));
    const started = new Console(name, folder, await freePort());
    await started.#launch(serveArguments);
    return started;
  }

  async #launch(serveArguments) {
    this.#lines = [];
    const log = createWriteStream(path.join(artifacts, `${this.name}.server.log`), { flags: "a" });
    this.#process = spawn(
      program,
      ["serve", "--listen", `127.0.0.1:${this.port}`, "--data", path.join(this.folder, "data"), ...serveArguments],
      { stdio: ["ignore", "pipe", "pipe"], cwd: this.folder },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines.push(line);
        log.write(`${line}\n`);
      });
    }
    await until(`the console ${this.name} is ready`, async () => {
      if (this.#process.exitCode !== null) {
        throw new Error(`the console ended with ${this.#process.exitCode}:\n${this.#lines.slice(-20).join("\n")}`);
      }
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      return answer?.ok;
    });
  }

  /** The one-time sign-in link that the server printed when it started. */
  async signInLink() {
    const pattern = new RegExp(`${this.url}/\\S*code=[^\\s]+`);
    return until("the sign-in link is printed", () => {
      for (const line of this.#lines) {
        const found = line.match(pattern);
        if (found) return found[0];
      }
      return null;
    });
  }

  /** Starts another server on the same data folder, and gives how it ended and what it said. */
  async startSecond() {
    const second = spawn(program, ["serve", "--listen", `127.0.0.1:${await freePort()}`, "--data", path.join(this.folder, "data")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [second.stdout, second.stderr]) stream.on("data", (text) => (output += text));
    const timer = setTimeout(() => second.kill("SIGKILL"), patience);
    const code = await new Promise((resolve) => second.once("exit", resolve));
    clearTimeout(timer);
    return { code, output };
  }

  /** The server's process, for measuring it. */
  get processId() {
    return this.#process.pid;
  }

  async #end(signal) {
    const ended = this.#process;
    if (ended.exitCode !== null || ended.signalCode !== null) return;
    const exit = new Promise((resolve) => ended.once("exit", resolve));
    ended.kill(signal);
    const timer = setTimeout(() => ended.kill("SIGKILL"), 15_000);
    await exit;
    clearTimeout(timer);
  }

  /** Ends the server as an operator would, and starts it again with the same data. */
  async restart(...serveArguments) {
    await this.#end("SIGTERM");
    await this.#launch(serveArguments);
  }

  /** Ends the server without any warning, and starts it again with the same data. */
  async crashAndRestart(...serveArguments) {
    await this.#end("SIGKILL");
    await this.#launch(serveArguments);
  }

  /** Ends the server and removes its data. */
  async remove() {
    await this.#end("SIGTERM");
    await rm(this.folder, { recursive: true, force: true });
  }
}

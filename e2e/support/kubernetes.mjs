// Talks to the test cluster directly, past the console: to prepare things and to see what really happened.
import { readFileSync } from "node:fs";
import https from "node:https";

/** A client for a kubeconfig that the test bed wrote (one cluster, one user with a token). */
export class Kubernetes {
  #server;
  #token;
  #agent;

  constructor(file) {
    this.text = readFileSync(file, "utf8");
    const value = (key) => this.text.match(new RegExp(`^\\s*${key}:\\s*(\\S+)\\s*$`, "m"))?.[1];
    this.name = value("current-context");
    this.#server = new URL(value("server"));
    this.#token = value("token");
    const data = (key) => (value(key) ? Buffer.from(value(key), "base64") : undefined);
    this.#agent = new https.Agent({
      ca: data("certificate-authority-data"),
      cert: data("client-certificate-data"),
      key: data("client-key-data"),
      keepAlive: true,
    });
  }

  get url() {
    return this.#server.origin;
  }

  /** Who it is, as the fields of a kubeconfig's user. */
  get user() {
    const { cert, key } = this.#agent.options;
    const data = (text) => Buffer.from(text).toString("base64");
    return this.#token ? `token: ${this.#token}` : `client-certificate-data: ${data(cert)}\nclient-key-data: ${data(key)}`;
  }

  /** The certificate authority of its server, in PEM. */
  get authority() {
    return this.#agent.options.ca.toString();
  }

  /** One request; gives the status, the text and how long it took. */
  request(method, path, body, contentType = "application/json") {
    const started = process.hrtime.bigint();
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = https.request(
        new URL(path, this.#server),
        {
          method,
          agent: this.#agent,
          headers: {
            accept: "application/json",
            ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
            ...(text === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(text) }),
          },
        },
        (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
            resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString(), milliseconds });
          });
        },
      );
      request.setTimeout(60_000, () => request.destroy(new Error(`${method} ${path}: no answer in 60 s`)));
      request.on("error", reject);
      request.end(text);
    });
  }

  /** Follows a watch: calls `seen` with each event, and gives what ends it. */
  watch(path, seen) {
    return new Promise((resolve, reject) => {
      const headers = { accept: "application/json", ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}) };
      const request = https.request(new URL(path, this.#server), { agent: this.#agent, headers }, (response) => {
        if (response.statusCode !== 200) {
          reject(new Error(`GET ${path}: ${response.statusCode}`));
          request.destroy();
          return;
        }
        let rest = "";
        response.setEncoding("utf8");
        response.on("error", () => {});
        response.on("data", (text) => {
          const lines = (rest + text).split("\n");
          rest = lines.pop();
          for (const line of lines) if (line !== "") seen(JSON.parse(line));
        });
        resolve(() => request.destroy());
      });
      request.on("error", reject);
      request.end();
    });
  }

  /** An object or a list; null when there is none. */
  async get(path) {
    const answer = await this.request("GET", path);
    if (answer.status === 404) return null;
    if (answer.status >= 300) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text);
  }

  /** Creates an object; one that exists already is fine. */
  async create(path, object) {
    const answer = await this.request("POST", path, object);
    if (answer.status >= 300 && answer.status !== 409) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  }

  async merge(path, patch) {
    const answer = await this.request("PATCH", path, patch, "application/merge-patch+json");
    if (answer.status >= 300) throw new Error(`PATCH ${path}: ${answer.status} ${answer.text}`);
  }

  /** Removes an object; one that is gone already is fine. */
  async remove(path) {
    const answer = await this.request("DELETE", path);
    if (answer.status >= 300 && answer.status !== 404) throw new Error(`DELETE ${path}: ${answer.status} ${answer.text}`);
  }

  async removeNamespace(name) {
    await this.remove(`/api/v1/namespaces/${name}`);
  }
}

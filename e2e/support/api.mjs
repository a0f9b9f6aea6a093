// The console's HTTP interface as a signed-in person: for preparing what a journey is not about.

/** A person signed in by cookie. */
export class Api {
  #cookie = "";

  constructor(url) {
    this.url = url;
  }

  /** What every request of this person carries. */
  get headers() {
    return { accept: "application/json", origin: this.url, ...(this.#cookie ? { cookie: this.#cookie } : {}) };
  }

  async request(method, path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...this.headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    for (const line of response.headers.getSetCookie?.() ?? []) this.#cookie = line.split(";")[0];
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  }

  async call(method, path, body) {
    const answer = await this.request(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text === "" ? null : answer.json();
  }

  /** Creates the first administrator with the code of the printed link, and is signed in as them. */
  async setUp(signInLink, name, password) {
    const link = new URL(signInLink);
    const code = link.searchParams.get("code") ?? new URLSearchParams(link.hash.slice(1)).get("code") ?? link.pathname.split("/").pop();
    return this.call("POST", "/api/v1/setup", { code, name, password });
  }

  async signIn(name, password) {
    return this.call("POST", "/api/v1/session", { name, password });
  }

  /** The session for a browser's profile (playwright's `storageState`). */
  storageState() {
    const [name, ...value] = this.#cookie.split("=");
    const { hostname } = new URL(this.url);
    return {
      cookies: [
        { name, value: value.join("="), domain: hostname, path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Lax" },
      ],
      origins: [],
    };
  }
}

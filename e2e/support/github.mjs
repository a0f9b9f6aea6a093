// A GitHub Enterprise of the journey's own: whoever visits it agrees at once, and is a member of one team. Its answers are
// the ones that the server's own tests check against GitHub's description of its API, without what the console never reads.
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";

const organization = { id: 45, login: "lovelace" };
const team = { id: 678, slug: "engines", name: "Engines", organization, parent: null };

/** A certificate for this machine, and the authority that signed it. */
function certificate() {
  const folder = mkdtempSync(path.join(tmpdir(), "muster-github-"));
  const file = (name) => path.join(folder, name);
  const openssl = (...args) => execFileSync("openssl", args, { stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  try {
    openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=journey authority", "-keyout", file("ca.key"), "-out", file("ca.pem"));
    openssl("req", ...key, "-subj", "/CN=127.0.0.1", "-keyout", file("server.key"), "-out", file("server.csr"));
    writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n");
    openssl(
      ...["x509", "-req", "-days", "2", "-in", file("server.csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key")],
      ...["-CAcreateserial", "-extfile", file("names"), "-out", file("server.pem")],
    );
    const read = (name) => readFileSync(file(name), "utf8");
    return { authority: read("ca.pem"), cert: read("server.pem"), key: read("server.key") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export class GitHub {
  clientId = "0123456789abcdef0123";
  clientSecret = randomBytes(20).toString("hex");
  #token = `gho_${randomBytes(18).toString("hex")}`;
  /** What was handed out at the last visit: the code, its challenge and where it was sent. */
  #visit;

  /** `user` is who visits. */
  static async start(user) {
    const github = new GitHub();
    github.user = user;
    const { authority, cert, key } = certificate();
    github.certificateAuthority = authority;
    github.server = createServer({ cert, key }, (request, response) => github.#answer(request, response));
    await new Promise((resolve) => github.server.listen(0, "127.0.0.1", resolve));
    github.url = `https://127.0.0.1:${github.server.address().port}`;
    return github;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request, response) {
    const address = new URL(request.url, this.url);
    const headers = { "content-type": "application/json", "x-github-request-id": "0123:4567" };
    const json = (status, body) => response.writeHead(status, headers).end(JSON.stringify(body));
    if (address.pathname === "/login/oauth/authorize") return this.#agree(address, response);
    if (address.pathname === "/login/oauth/access_token") {
      let body = "";
      for await (const part of request) body += part;
      return json(200, this.#exchange(new URLSearchParams(body)));
    }
    const route = address.pathname.replace("/api/v3", "");
    if (route === "/meta") return json(200, { verifiable_password_authentication: false });
    if (request.headers.authorization !== `Bearer ${this.#token}`) return json(401, { message: "Bad credentials" });
    const answers = {
      "/user": { ...this.user, type: "User" },
      "/user/orgs": [organization],
      "/user/memberships/orgs": [{ state: "active", role: "member", organization, user: this.user }],
      "/user/teams": [team],
    };
    return answers[route] ? json(200, answers[route]) : json(404, { message: "Not Found" });
  }

  /** The page on which people agree. */
  #agree(address, response) {
    const asked = Object.fromEntries(address.searchParams);
    if (asked.client_id !== this.clientId) return response.writeHead(404).end();
    this.#visit = { code: randomBytes(10).toString("hex"), challenge: asked.code_challenge, redirect: asked.redirect_uri };
    const back = new URL(asked.redirect_uri);
    back.search = new URLSearchParams({ code: this.#visit.code, state: asked.state });
    response.writeHead(302, { location: back.href }).end();
  }

  /** The token for a code, once. Failures come with status 200, as GitHub's do. */
  #exchange(form) {
    const visit = this.#visit;
    if (form.get("client_id") !== this.clientId || form.get("client_secret") !== this.clientSecret) {
      return { error: "incorrect_client_credentials" };
    }
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    const fits = visit && form.get("code") === visit.code && form.get("redirect_uri") === visit.redirect;
    if (!fits || challenge !== visit.challenge) return { error: "bad_verification_code" };
    this.#visit = undefined;
    return { access_token: this.#token, scope: "read:org", token_type: "bearer" };
  }
}

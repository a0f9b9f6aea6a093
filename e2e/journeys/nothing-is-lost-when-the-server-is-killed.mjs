// The server is killed in the middle of its work, several times: what it has confirmed is still there afterwards.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "../support/api.mjs";
import { Console } from "../support/console.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { administrator } from "../support/person.mjs";
import { kubeconfig } from "../support/settings.mjs";

const rounds = 4;

test("a server that is killed while it writes loses no user, cluster, token or session", async (t) => {
  const cluster = new Kubernetes(kubeconfig);
  const server = await Console.start("killed");
  t.after(() => server.remove());
  const api = new Api(server.url);
  await api.setUp(await server.signInLink(), administrator.name, administrator.password);
  const clusters = ["kept"];
  await api.call("POST", "/api/v1/clusters", { name: "kept", kubeconfig: cluster.text });

  const secrets = [];
  for (let round = 0; round < rounds; round += 1) {
    let killed = false;
    const writing = (async () => {
      for (let index = 0; !killed; index += 1) {
        // The request that the kill interrupts was never confirmed: it may be there or not.
        const token = await api
          .call("POST", "/api/v1/account/tokens", { name: `round ${round}, ${index}`, lifetimeSeconds: 3600 })
          .catch(() => null);
        if (token) secrets.push(token.secret);
        const name = `kept-${round}-${index}`;
        const added = await api.call("POST", "/api/v1/clusters", { name, kubeconfig: cluster.text }).catch(() => null);
        if (added) clusters.push(name);
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 150 + round * 170));
    const restarted = server.crashAndRestart();
    killed = true;
    await Promise.all([writing, restarted]);

    const listed = (await api.call("GET", "/api/v1/clusters")).items.map(({ name }) => name);
    for (const name of clusters) assert.ok(listed.includes(name), `the cluster ${name} is lost`);
  }
  assert.ok(secrets.length > 0, "no token was confirmed before the server was killed");
  for (const secret of secrets) {
    const answer = await fetch(`${server.url}/api/v1/session`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal(answer.status, 200, "a confirmed token does not work any more");
  }
  const fresh = new Api(server.url);
  await fresh.signIn(administrator.name, administrator.password);
});

test("a second server on the same data folder says so and ends, and the first goes on", async (t) => {
  const server = await Console.start("first-of-two");
  t.after(() => server.remove());
  const { code, output } = await server.startSecond();
  assert.notEqual(code, 0);
  assert.match(output, /data/i);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
});

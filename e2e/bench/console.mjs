// The whole console with many pods: times against the raw list of the same cluster in the same run, memory, and how
// fast a change arrives. `cargo xtask bench console` prepares a cluster of fake nodes and calls this.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Api } from "../support/api.mjs";
import { launchBrowser, openPage } from "../support/browser.mjs";
import { Console, until } from "../support/console.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { kubeconfig } from "../support/settings.mjs";
import { report, residentBytes, spread, timed } from "./figures.mjs";

const podsWanted = Number(process.env.MUSTER_BENCH_PODS ?? 10_000);
// The test bed's deployments are load-000, load-001, … of a hundred pods each, spread over the namespaces load-0 to load-9.
const namespace = "load-0";
const deployment = "load-000";
const list = "/api/v1/resources/core/v1/pods";
const run = promisify(execFile);
const say = (text) => console.error(`bench: ${text}`);

const cluster = new Kubernetes(kubeconfig);

/** How long kubectl needs for the plain list, in milliseconds. */
async function rawList() {
  const samples = [];
  for (let round = 0; round < 3; round += 1) {
    const { milliseconds } = process.env.MUSTER_KUBECTL
      ? await timed(() =>
          run(process.env.MUSTER_KUBECTL, ["--kubeconfig", kubeconfig, "get", "--raw", "/api/v1/pods"], {
            maxBuffer: 1 << 30,
            encoding: "buffer",
          }),
        )
      : await cluster.request("GET", "/api/v1/pods");
    samples.push(milliseconds);
  }
  return spread(samples);
}

const queries = (() => {
  const sorts = ["name", "-name", "age", "-age", "status,name", "-restarts,name", "node,name", "namespace,name"];
  const filters = ["", "name~load-01", "status=Running", "restarts>=1 or name~load-077", "node~-1", "name!~load-02 status!=Pending"];
  const combined = [];
  for (const sort of sorts) {
    for (const filter of filters) {
      for (const page of [1, 2, 37]) combined.push(new URLSearchParams({ sort, filter, page, pageSize: 100 }));
    }
  }
  return combined;
})();

/** How fast pages, sorts and filters are answered, one after the other, in milliseconds. */
async function pages(api) {
  const samples = [];
  for (let round = 0; round < 3; round += 1) {
    for (const query of queries) {
      const { milliseconds } = await timed(() => api.call("GET", `${list}?${query}`));
      if (round > 0) samples.push(milliseconds);
    }
  }
  return spread(samples);
}

/** Milliseconds from a change of a pod to the delta that tells of it, in a real browser's WebSocket. */
async function changes(api, server) {
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser, { storageState: api.storageState() });
    await page.goto(`${server.url}/`);
    const pods = await cluster.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${deployment}&limit=40`);
    await page.evaluate(
      ({ filter }) =>
        new Promise((resolve, reject) => {
          window.seen = new Map();
          const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/live`);
          socket.onerror = () => reject(new Error("the live socket failed"));
          socket.onopen = () =>
            socket.send(
              JSON.stringify({
                subscribe: { id: "bench", query: { group: "core", version: "v1", resource: "pods", filter, sort: "name", pageSize: 500 } },
              }),
            );
          let column = -1;
          socket.onmessage = ({ data }) => {
            const now = performance.timeOrigin + performance.now();
            const message = JSON.parse(data);
            if (message.problem) reject(new Error(JSON.stringify(message.problem)));
            if (message.snapshot) {
              column = message.snapshot.list.columns.findIndex(({ id }) => id === "restarts");
              resolve();
            }
            for (const { row } of message.delta?.upserted ?? []) window.seen.set(`${row.name} ${row.cells[column]}`, now);
          };
        }),
      { filter: `name~${deployment}-` },
    );
    const samples = [];
    let restarts = 1000;
    for (const pod of pods.items) {
      restarts += 1;
      const [status] = pod.status.containerStatuses;
      const sent = performance.timeOrigin + performance.now();
      await cluster.merge(`/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/status`, {
        status: { containerStatuses: [{ ...status, restartCount: restarts }] },
      });
      const key = `${pod.metadata.name} ${restarts}`;
      const seen = await until("a change arrives", () => page.evaluate((wanted) => window.seen.get(wanted), key));
      samples.push(seen - sent);
    }
    return spread(samples);
  } finally {
    await browser.close();
  }
}

/** How long it takes, and how many bytes, from opening the list's address to its first row. */
async function firstRow(api, server, address) {
  const browser = await launchBrowser();
  try {
    const samples = [];
    let bytes = 0;
    for (let round = 0; round < 5; round += 1) {
      const page = await openPage(browser, { storageState: api.storageState() });
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      bytes = 0;
      session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
      session.on("Network.webSocketFrameReceived", ({ response }) => (bytes += response.payloadData.length));
      const { milliseconds } = await timed(async () => {
        await page.goto(`${server.url}${address}`);
        await page.getByText(/load-\d+-[0-9a-z]+-[0-9a-z]+/).first().waitFor();
      });
      samples.push(milliseconds);
      await page.context().close();
    }
    return { milliseconds: spread(samples), bytes };
  } finally {
    await browser.close();
  }
}

const server = await Console.start("bench");
try {
  const api = new Api(server.url);
  await api.setUp(await server.signInLink(), "bench", "correct horse battery staple");
  const registered = await api.call("POST", "/api/v1/clusters", { name: "bench", kubeconfig: cluster.text });
  const before = residentBytes(server.processId);

  say("the raw list");
  const raw = await rawList();

  say("the first page after a cold start");
  const { milliseconds: ready } = await timed(() => server.restart());
  const idle = residentBytes(server.processId);
  const firstPage = await timed(() =>
    until("the first page is there", async () => (await api.call("GET", `${list}?pageSize=100`)).rows.length === 100),
  );
  const whole = await timed(() =>
    until("all pods are there", async () => (await api.call("GET", `${list}?pageSize=1`)).total >= podsWanted),
  );

  say("pages, sorts and filters");
  const answers = await pages(api);
  const watching = residentBytes(server.processId);

  say("changes");
  const changed = await changes(api, server);

  say("a browser that opens the list");
  const address = (process.env.MUSTER_BENCH_LIST ?? "/clusters/{cluster}/core/v1/pods").replace("{cluster}", registered.id);
  const opened = await firstRow(api, server, address);

  report("console", {
    pods: podsWanted,
    rawListMilliseconds: raw,
    readyMilliseconds: Math.round(ready),
    firstPageMilliseconds: Math.round(firstPage.milliseconds),
    firstPageToRawList: Math.round((firstPage.milliseconds / raw.median) * 100) / 100,
    allPodsMilliseconds: Math.round(firstPage.milliseconds + whole.milliseconds),
    pageMilliseconds: answers,
    changeToDeltaMilliseconds: changed,
    openToFirstRow: opened,
    memory: {
      beforeAnyPod: before,
      idleAfterRestart: idle,
      watching,
      bytesPerPod: Math.round((watching - idle) / podsWanted),
    },
  });
} finally {
  await server.remove();
}

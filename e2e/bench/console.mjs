// The whole console with many pods: times against the raw list of the same cluster in the same run, memory, and how
// fast a change arrives. `cargo xtask bench console` prepares a cluster of fake nodes and calls this.
import { execFile } from "node:child_process";
import os from "node:os";
import { promisify } from "node:util";
import { Api } from "../support/api.mjs";
import { launchBrowser, openPage } from "../support/browser.mjs";
import { Console, until } from "../support/console.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { kubeconfig } from "../support/settings.mjs";
import { report, residentBytes, spread, timed } from "./figures.mjs";

const podsWanted = Number(process.env.MUSTER_BENCH_PODS ?? 10_000);
// How long a whole list may take to arrive before something is wrong.
const patience = 60_000 + 6 * podsWanted;
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

/** Pages, sorts and filters, each kind on its own and all of them combined; every query is asked for a hundred rows. */
const queries = (() => {
  const sorts = ["name", "-name", "age", "-age", "status,name", "-restarts,name", "node,name", "namespace,name"];
  const filters = ["", "name~load-01", "status=Running", "restarts>=1 or name~load-077", "node~-1", "name!~load-02 status!=Pending"];
  const last = Math.ceil(podsWanted / 100);
  const places = [1, 2, Math.ceil(last / 2), last];
  const asked = (parameters) => new URLSearchParams({ pageSize: 100, ...parameters });
  return {
    page: places.map((page) => asked({ page })),
    sort: sorts.map((sort) => asked({ sort })),
    filter: filters.map((filter) => asked({ filter })),
    combined: sorts.flatMap((sort) => filters.flatMap((filter) => places.map((page) => asked({ sort, filter, page })))),
  };
})();

/**
 * How fast these are answered, one after the other over one connection: from the request to the last byte, in milliseconds.
 * curl asks: what Node needs to take an answer is several times what the server needs to make it.
 */
async function answered(api, asked) {
  // The first round makes the orders that the others find; single kinds are few, and asked more often.
  const rounds = Math.max(3, Math.ceil(200 / asked.length));
  const wanted = Array.from({ length: rounds }, () => asked).flat();
  const urls = wanted.map((query) => `url = "${api.url}${list}?${query}"\noutput = "/dev/null"`);
  const headers = Object.entries({ ...api.headers, "accept-encoding": "gzip, br" });
  // By the input and not by arguments, which everybody on the machine can read.
  const orders = [...headers.map(([name, value]) => `header = "${name}: ${value}"`), ...urls].join("\n");
  const asking = run("curl", ["--silent", "--globoff", "--config", "-", "--write-out", "%{http_code} %{time_total}\\n"], { maxBuffer: 1 << 26 });
  asking.child.stdin.end(orders);
  const { stdout } = await asking;
  const answers = stdout.trim().split("\n").map((line) => line.split(" "));
  const wrong = answers.findIndex(([status]) => status !== "200");
  if (answers.length !== wanted.length || wrong >= 0) throw new Error(`${wanted[Math.max(wrong, 0)]}: ${answers[Math.max(wrong, 0)]}`);
  return spread(answers.slice(asked.length).map(([, seconds]) => 1000 * Number(seconds)));
}

async function pages(api) {
  const figures = {};
  for (const [kind, asked] of Object.entries(queries)) figures[kind] = await answered(api, asked);
  return figures;
}

/**
 * Does something while the cluster's own processes rest, as on a machine that is idle but for the console: a cluster of so
 * many pods keeps two cores busy with nothing.
 */
async function whileTheClusterRests(task) {
  const processes = (process.env.MUSTER_BENCH_CLUSTER_PROCESSES ?? "").split(" ").filter(Boolean).map(Number);
  const tell = (signal) => processes.forEach((id) => process.kill(id, signal));
  tell("SIGSTOP");
  try {
    // What they had asked of the machine is done by then.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return await task();
  } finally {
    tell("SIGCONT");
  }
}

/** Waits until the machine has little to do: a cluster that was just filled works on for a while. */
async function untilTheMachineRests(minutes = 5) {
  const times = () => os.cpus().reduce((sum, { times: { idle, ...busy } }) => [sum[0] + idle, sum[1] + Object.values(busy).reduce((a, b) => a + b)], [0, 0]);
  const deadline = Date.now() + minutes * 60_000;
  for (let calm = 0; calm < 3 && Date.now() < deadline; ) {
    const before = times();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const [idle, busy] = times().map((value, index) => value - before[index]);
    calm = idle / (idle + busy) > 0.7 ? calm + 1 : 0;
  }
}

const now = () => performance.timeOrigin + performance.now();

/** The pods whose restarts are changed, and where. */
async function changedPods() {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const { items, metadata } = await cluster.get(`${path}?labelSelector=app%3D${deployment}&limit=40`);
  return { path, pods: items, since: metadata.resourceVersion };
}

/** Sets a pod's restarts, and gives when that was sent. */
async function restart(path, pod, restarts) {
  const [status] = pod.status.containerStatuses;
  const sent = now();
  await cluster.merge(`${path}/${pod.metadata.name}/status`, {
    status: { containerStatuses: [{ ...status, restartCount: restarts }] },
  });
  return sent;
}

/** Milliseconds from a change of a pod to the event of a plain watch of the API server: what cannot be less. */
async function changesRaw() {
  const { path, pods, since } = await changedPods();
  const seen = new Map();
  const end = await cluster.watch(`${path}?watch=true&labelSelector=app%3D${deployment}&resourceVersion=${since}`, ({ object }) => {
    const restarts = object.status?.containerStatuses?.[0]?.restartCount;
    const key = `${object.metadata?.name} ${restarts}`;
    if (!seen.has(key)) seen.set(key, now());
  });
  try {
    const samples = [];
    let restarts = 100;
    for (const pod of pods) {
      restarts += 1;
      const sent = await restart(path, pod, restarts);
      const key = `${pod.metadata.name} ${restarts}`;
      samples.push((await until("a change arrives at a plain watch", () => seen.get(key))) - sent);
    }
    return spread(samples);
  } finally {
    end();
  }
}

/** Milliseconds from a change of a pod to the delta that tells of it, in a real browser's WebSocket. */
async function changesOnSocket(api, server) {
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser, { storageState: api.storageState() });
    await page.goto(`${server.url}/`);
    const { path, pods } = await changedPods();
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
    let restarts = 200;
    for (const pod of pods) {
      restarts += 1;
      const sent = await restart(path, pod, restarts);
      const key = `${pod.metadata.name} ${restarts}`;
      const seen = await until("a change arrives", () => page.evaluate((wanted) => window.seen.get(wanted), key));
      samples.push(seen - sent);
    }
    return spread(samples);
  } finally {
    await browser.close();
  }
}

/** Milliseconds from a change of a pod to the frame in which the list that a person looks at shows it. */
async function changesDrawn(api, server, address) {
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser, { storageState: api.storageState() });
    const filter = new URLSearchParams({ filter: `name~${deployment}-`, sort: "name" });
    await page.goto(`${server.url}${address}?${filter}`);
    const { path, pods } = await changedPods();
    for (const pod of pods) await page.getByRole("row", { name: pod.metadata.name }).first().waitFor();
    await page.evaluate(() => {
      window.drawn = new Map();
      window.wanted = null;
      const look = () => {
        const { wanted } = window;
        if (!wanted || window.drawn.has(wanted.key)) return;
        const rows = [...document.querySelectorAll("tbody tr")];
        const row = rows.find((row) => row.textContent.includes(wanted.name));
        const there = [...(row?.querySelectorAll("td") ?? [])].some((cell) => cell.textContent.trim() === wanted.text);
        if (!there) return;
        // The next frame has it; what runs after that frame's own work runs after it was drawn.
        window.drawn.set(wanted.key, null);
        requestAnimationFrame(() => setTimeout(() => window.drawn.set(wanted.key, performance.timeOrigin + performance.now())));
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const samples = [];
    let restarts = 300;
    for (const pod of pods) {
      restarts += 1;
      const key = `${pod.metadata.name} ${restarts}`;
      await page.evaluate((wanted) => (window.wanted = wanted), { key, name: pod.metadata.name, text: String(restarts) });
      const sent = await restart(path, pod, restarts);
      const drawn = await until("a change is drawn", () => page.evaluate((wanted) => window.drawn.get(wanted), key));
      samples.push(drawn - sent);
    }
    return spread(samples);
  } finally {
    await browser.close();
  }
}

/** How long it takes, and how many bytes of what, from opening the list's address to its first row. */
async function firstRow(api, server, address) {
  const browser = await launchBrowser();
  try {
    const samples = [];
    let bytes = {};
    for (let round = 0; round < 5; round += 1) {
      const page = await openPage(browser, { storageState: api.storageState() });
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      bytes = { application: 0, answers: 0, socket: 0 };
      const kinds = new Map();
      session.on("Network.requestWillBeSent", ({ requestId, request }) =>
        kinds.set(requestId, new URL(request.url).pathname.startsWith("/api/") ? "answers" : "application"),
      );
      session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => (bytes[kinds.get(requestId)] += encodedDataLength));
      session.on("Network.webSocketFrameReceived", ({ response }) => (bytes.socket += response.payloadData.length));
      const { milliseconds } = await timed(async () => {
        await page.goto(`${server.url}${address}`);
        await page.getByText(/load-\d+-[0-9a-z]+-[0-9a-z]+/).first().waitFor();
      });
      samples.push(milliseconds);
      await page.context().close();
    }
    return { milliseconds: spread(samples), bytes: { ...bytes, all: bytes.application + bytes.answers + bytes.socket } };
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
  await untilTheMachineRests();

  say("the raw list");
  const raw = await rawList();

  say("the first page after a cold start");
  const { milliseconds: ready } = await timed(() => server.restart());
  const idle = residentBytes(server.processId);
  const beginning = process.hrtime.bigint();
  const since = () => Number(process.hrtime.bigint() - beginning) / 1e6;
  const ask = (size) => api.call("GET", `${list}?pageSize=${size}`);
  while ((await ask(100)).rows.length < 100) if (since() > patience) throw new Error("the first page does not come");
  const firstPage = since();
  while ((await ask(1)).total < podsWanted) {
    if (since() > patience) throw new Error("not all pods come");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const allPods = since();

  say("pages, sorts and filters");
  const beside = await pages(api);
  const answers = await whileTheClusterRests(() => pages(api));
  const watching = residentBytes(server.processId);

  say("changes: a plain watch, the console's socket, the list in a browser");
  const changedRaw = await changesRaw();
  const changedOnSocket = await changesOnSocket(api, server);
  const address = (process.env.MUSTER_BENCH_LIST ?? "/clusters/{cluster}/core/v1/pods").replace("{cluster}", registered.id);
  const changedDrawn = await changesDrawn(api, server, address);

  say("a browser that opens the list");
  await untilTheMachineRests();
  const openedBeside = await firstRow(api, server, address);
  const opened = await whileTheClusterRests(() => firstRow(api, server, address));

  const ratio = (value, base) => Math.round((value / base) * 10_000) / 10_000;
  report(podsWanted === 10_000 ? "console" : `console-${podsWanted}`, {
    pods: podsWanted,
    rawListMilliseconds: raw,
    readyMilliseconds: Math.round(ready),
    firstPageMilliseconds: Math.round(firstPage),
    firstPageToRawList: ratio(firstPage, raw.median),
    allPodsMilliseconds: Math.round(allPods),
    allPodsToRawList: ratio(allPods, raw.median),
    answerMilliseconds: answers,
    answerBesideTheClusterMilliseconds: beside,
    answerP95ToRawList: Object.fromEntries(Object.entries(answers).map(([kind, { p95 }]) => [kind, ratio(p95, raw.median)])),
    changeMilliseconds: { plainWatch: changedRaw, socket: changedOnSocket, drawn: changedDrawn },
    changeP95ToPlainWatch: { socket: ratio(changedOnSocket.p95, changedRaw.p95), drawn: ratio(changedDrawn.p95, changedRaw.p95) },
    openToFirstRow: opened,
    openToFirstRowBesideTheCluster: openedBeside,
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

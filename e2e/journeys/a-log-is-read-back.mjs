// The log of a container that was started again: its run before, its times, what was written lately, one of two containers,
// and the whole as a file.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchBrowser, screenshot } from "../support/browser.mjs";
import { until } from "../support/console.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { ownNamespace, prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** The first run writes and ends, the second one stays: so that there is a run before. Its lines are of many kinds. */
const script = [
  "if [ ! -e /run-before/yes ]; then touch /run-before/yes; echo the first run; exit 1; fi",
  "echo the second run",
  `echo '{"level":"error","message":"the disk is full","code":28}'`,
  "echo '<b>not bold</b> [31mred[0m'",
  "sleep 100000",
].join("\n");

test("a person reads what a container wrote, now and before", async (t) => {
  const namespace = await ownNamespace(t, cluster, "journey-log");
  await cluster.create(`/api/v1/namespaces/${namespace}/pods`, {
    metadata: { name: "writer" },
    spec: {
      terminationGracePeriodSeconds: 1,
      volumes: [{ name: "run-before", emptyDir: {} }],
      containers: [
        { name: "main", image: "busybox:1.36", command: ["sh", "-c", script], volumeMounts: [{ name: "run-before", mountPath: "/run-before" }] },
        { name: "side", image: "busybox:1.36", command: ["sh", "-c", "echo beside it; sleep 100000"] },
      ],
    },
  });
  await until(
    "the container runs a second time",
    async () => {
      const pod = await cluster.get(`/api/v1/namespaces/${namespace}/pods/writer`);
      const status = pod.status.containerStatuses?.find(({ name }) => name === "main");
      return status?.restartCount === 1 && status.state.running;
    },
    120_000,
  );
  const { page, person, text } = await prepared(t, browser, cluster, "log");
  await person.open(`/clusters/shown/core/v1/pods/${namespace}/writer?tab=logs`);
  const lines = page.getByRole("log");
  const shows = (words) => lines.getByText(words).first().waitFor();
  const lacks = (words) => lines.getByText(words).first().waitFor({ state: "detached" });
  const presses = (key) => page.getByRole("button", { name: text(key), exact: true }).click();

  await shows("the second run");
  // A line is text, whatever stands in it.
  await shows("<b>not bold</b>");
  await shows('"message":"the disk is full"');
  assert.match(await lines.locator(".log-time").first().innerText(), /^\d\d:\d\d:\d\d\.\d{3}$/);
  await screenshot(page, "journey-log");
  await presses("log.timestamps");
  await lines.locator(".log-time").first().waitFor({ state: "detached" });

  await presses("log.previous");
  await shows("the first run");
  await lacks("the second run");
  await presses("log.previous");
  await shows("the second run");

  const since = page.getByLabel(text("log.since"), { exact: true });
  await since.selectOption({ label: text("log.since_5m") });
  await shows("the second run");

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: text("log.download"), exact: true }).click(),
  ]);
  const whole = await readFile(await download.path(), "utf8");
  assert.match(download.suggestedFilename(), /writer.*main.*\.log$/);
  assert.ok(whole.includes("the second run\n") && !whole.includes("the first run"), whole);

  await page.getByLabel(text("log.container"), { exact: true }).selectOption("side");
  await shows("beside it");
  await lacks("the second run");
  await page.getByLabel(text("log.search"), { exact: true }).fill("nowhere");
  await shows(text("log.no_match"));
  person.seesNoTrouble();
});

// Every page in light and dark, wide and at 390 px: a picture for eyes, no rule of axe-core broken, nothing wider than
// the screen, no error behind the page's back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityProblems } from "../support/accessibility.mjs";
import { Api } from "../support/api.mjs";
import { launchBrowser, openPage, screenshot } from "../support/browser.mjs";
import { Console, until } from "../support/console.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { pages, pagesOfAClusterThatIsAway, pagesOfAStranger, pagesOfAViewer, publicPages } from "../support/pages.mjs";
import { administrator } from "../support/person.mjs";
import { kubeconfig } from "../support/settings.mjs";
import { Way } from "../support/way.mjs";

const looks = [
  { name: "light", locale: "en-US", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { name: "dark-zh", locale: "zh-CN", colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { name: "narrow", locale: "en-US", colorScheme: "light", viewport: { width: 390, height: 844 } },
];
const namespace = "pages";
const labels = { "app.kubernetes.io/name": "shown" };
const cluster = new Kubernetes(kubeconfig);
const subject = { cluster: "shown", away: "away", namespace, deployment: "shown" };

let browser;
let server;
let unused;
let api;
let stranger;
let viewer;

before(async () => {
  browser = await launchBrowser();
  await cluster.create("/api/v1/namespaces", { metadata: { name: namespace } });
  await cluster.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: "shown", labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", "echo started; sleep 86400"] }] },
      },
    },
  });
  await cluster.create(`/api/v1/namespaces/${namespace}/pods`, {
    metadata: { name: "broken", labels: { team: "shop" } },
    spec: { containers: [{ name: "main", image: "registry.example.com/does/not-exist:1", imagePullPolicy: "Never" }] },
  });
  await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, {
    metadata: { name: "settings" },
    data: { "a.properties": "colour=blue\n" },
  });
  subject.pod = await until("a pod to show runs", async () => {
    const list = await cluster.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=app.kubernetes.io%2Fname%3Dshown`);
    return list.items.find((pod) => pod.status.phase === "Running")?.metadata.name;
  }, 120_000);
  server = await Console.start("pages");
  api = new Api(server.url);
  await api.setUp(await server.signInLink(), administrator.name, administrator.password);
  const shown = await api.call("POST", "/api/v1/clusters", { name: subject.cluster, kubeconfig: cluster.text });
  stranger = await somebody("stranger");
  viewer = await somebody("viewer", { role: "project-viewer", scope: { kind: "namespace", cluster: shown.id, namespace } });
  const way = await Way.to(cluster.url);
  const away = await api.call("POST", "/api/v1/clusters", { name: subject.away, kubeconfig: cluster.text.replace(cluster.url, way.url) });
  way.close();
  await until("the cluster is away", async () => {
    const { health } = await api.call("POST", `/api/v1/clusters/${away.id}/check`, {});
    return health.state === "unreachable";
  });
  unused = await Console.start("pages-unused");
  subject.firstStart = await unused.signInLink();
});
after(async () => {
  await browser?.close();
  await server?.remove();
  await unused?.remove();
  await cluster.removeNamespace(namespace);
});

/** A local user who has this role, if any, signed in. */
async function somebody(name, granted) {
  const { password } = administrator;
  const user = await api.call("POST", "/api/v1/users", { name, role: "user", password });
  if (granted) await api.call("POST", "/api/v1/bindings", { ...granted, subject: { kind: "user", id: user.id } });
  const signedIn = new Api(server.url);
  await signedIn.signIn(name, password);
  return signedIn;
}

/** Waits until the page has drawn its heading and nothing on it is loading any more. */
async function settled(page) {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}

/** Who looks at which pages. What a cluster that is away answers is no trouble of the page. */
const tours = [
  { who: "before signing in", list: publicPages, profile: () => undefined },
  { who: "of a person who is signed in", list: pages, profile: () => api },
  { who: "of somebody without rights", list: pagesOfAStranger, profile: () => stranger },
  { who: "of somebody who may read one namespace", list: pagesOfAViewer, profile: () => viewer },
  { who: "of a cluster that is away", list: pagesOfAClusterThatIsAway, profile: () => api, expected: /50[234]/ },
];

for (const look of looks) {
  for (const { who, list, profile, expected } of tours) {
    test(`every page ${who} can be read (${look.name})`, async (t) => {
      const page = await openPage(browser, { ...look, storageState: profile()?.storageState() });
      t.after(() => page.context().close());
      for (const { name, address } of list) {
        await t.test(`${name} (${look.name})`, async () => {
          page.troubles.length = 0;
          await page.goto(new URL(address(subject), server.url).href);
          await settled(page);
          await screenshot(page, `page-${look.name}-${name}`);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert.ok(overflow <= 0, `the page is ${overflow} px wider than the screen`);
          assert.deepEqual(await accessibilityProblems(page), []);
          assert.deepEqual(page.troubles.filter((trouble) => !expected?.test(trouble)), []);
        });
      }
    });
  }
}

// An app that starts and ends again: the rollout says so in plain words and shows its last lines. In every language.
import { after, before, test } from "node:test";
import { launchBrowser, screenshot } from "../support/browser.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { ownNamespace, prepared } from "../support/prepared.mjs";
import { kubeconfig } from "../support/settings.mjs";

let browser;
const cluster = new Kubernetes(kubeconfig);
const languages = [
  { language: "en", locale: "en-US", ended: /The container main (keeps ending|ended) with exit code 3\./ },
  { language: "zh-CN", locale: "zh-CN", ended: /容器 main (反复退出|已退出)，退出码为 3。/ },
];

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

for (const { language, locale, ended } of languages) {
  test(`a person reads in plain words why an app does not run (${language})`, async (t) => {
    const namespace = await ownNamespace(t, cluster, `journey-fails-${language.toLowerCase()}`);
    const labels = { app: "fails" };
    await cluster.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
      metadata: { name: "fails" },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", "echo the disk is full; exit 3"] }],
          },
        },
      },
    });
    const { page, person, text } = await prepared(t, browser, cluster, `fails-${language}`, { language, locale });
    await person.open(`/clusters/shown/rollout/${namespace}/fails`);
    await person.sees(text("rollout.why.crash"), { timeout: 120_000 });
    await person.sees(ended);
    await person.sees("the disk is full");
    await screenshot(page, `journey-fails-${language}`);
    // The side bar says where one is, and the keys lead to the log and the list.
    await page.locator(".side-bar a[aria-current=page]").filter({ hasText: text("kinds.plural.deployments") }).waitFor();
    await page.keyboard.press("l");
    await page.locator("section.dock").getByText("the disk is full").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { level: 1, name: text("kinds.plural.deployments") }).waitFor();
    person.seesNoTrouble();
  });
}

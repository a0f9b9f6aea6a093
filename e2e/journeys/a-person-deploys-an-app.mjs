// From the printed link to an app that runs on a real node, its logs, scaling, restarting and deleting it; and again
// after the server was restarted. In every language.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, openPage, screenshot } from "../support/browser.mjs";
import { Console, until } from "../support/console.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { Person } from "../support/person.mjs";
import { kubeconfig } from "../support/settings.mjs";
import { texts } from "../support/texts.mjs";

const languages = [
  { language: "en", locale: "en-US" },
  { language: "zh-CN", locale: "zh-CN" },
];
const app = {
  image: "busybox:1.36",
  words: ["sh -c", `'number=0; while true; do number=$((number + 1)); echo "line $number of the journey"; sleep 1; done'`],
};

let browser;
const cluster = new Kubernetes(kubeconfig);

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

for (const { language, locale } of languages) {
  test(`a person signs in by the printed link and deploys an app from the form (${language})`, async (t) => {
    const text = texts(language);
    const server = await Console.start(`deploy-${language}`);
    const namespace = `journey-${language.toLowerCase()}`;
    t.after(async () => {
      await server.remove();
      await cluster.removeNamespace(namespace);
      await cluster.removeNamespace(`${namespace}-again`);
    });
    const page = await openPage(browser, { locale });
    t.after(() => page.context().close());
    const person = new Person(page, server, text);
    const picture = (name) => screenshot(page, `journey-${language}-${name}`);

    try {
      await person.createsTheAdministrator(await server.signInLink());
      await picture("1-first-page");
      await person.addsCluster("first", cluster.text);
      await picture("2-cluster");

      await livesWithAnApp(namespace);

      // The same person, after the server was killed: nothing that was registered is lost, and signing in is by password.
      await server.crashAndRestart();
      await page.context().clearCookies();
      await person.signsIn();
      await person.sees("first");
      await picture("7-after-restart");
      await livesWithAnApp(`${namespace}-again`);
      person.seesNoTrouble();
    } catch (error) {
      await picture("failed").catch(() => {});
      throw error;
    }

    /** Deploys the app, reads its log while it is written, scales, restarts and deletes it. */
    async function livesWithAnApp(namespace) {
      const deployment = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
      await person.deploys({ cluster: "first", name: "web", namespace, ...app });
      await person.seesCompleteRollout(1);
      await picture("3-rolled-out");

      const [pod] = (await cluster.get(`/api/v1/namespaces/${namespace}/pods`)).items;
      assert.equal(pod.status.phase, "Running");
      await person.press("rollout.logs");
      await person.sees("line 1 of the journey");
      // Lines appear while they are written: one that was not there yet when the log was opened.
      const later = Math.ceil((Date.now() - Date.parse(pod.status.containerStatuses[0].state.running.startedAt)) / 1000) + 5;
      await person.sees(`line ${later} of the journey`);
      await picture("4-logs");

      await person.open(`/clusters/first/rollout/${namespace}/web`);
      await person.scales("web", 3);
      await picture("5-scaled");
      assert.equal((await cluster.get(deployment)).status.availableReplicas, 3);

      const revision = (object) => object.metadata.annotations["deployment.kubernetes.io/revision"];
      const revisionBefore = revision(await cluster.get(deployment));
      await person.restarts();
      await until("the restart has replaced every pod", async () => {
        const object = await cluster.get(deployment);
        return (
          revision(object) !== revisionBefore && object.status.updatedReplicas === 3 && object.status.availableReplicas === 3 && object.status.replicas === 3
        );
      }, 120_000);
      await person.seesCompleteRollout(3);

      await person.deletes();
      await until("the deployment is gone", async () => (await cluster.get(deployment)) === null);
      await picture("6-deleted");
    }
  });
}

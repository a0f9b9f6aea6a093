// A company has its people in Active Directory and in GitHub: an administrator connects both, grants a group of each one a
// namespace, and whoever comes through either door sees that group's namespace and no other.
import { after, before, test } from "node:test";
import { Administration, seesExactly, signsInThrough } from "../support/administration.mjs";
import { Api } from "../support/api.mjs";
import { launchBrowser, openPage, screenshot } from "../support/browser.mjs";
import { Console, until } from "../support/console.mjs";
import { activeDirectory, passwordOf } from "../support/directory.mjs";
import { GitHub } from "../support/github.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { Person, administrator } from "../support/person.mjs";
import { kubeconfig } from "../support/settings.mjs";
import { texts } from "../support/texts.mjs";

const text = texts("en");
const cluster = new Kubernetes(kubeconfig);
const [domain, hub] = ["Windows domain", "Company GitHub"];
const [windows, engines] = ["of-the-windows-people", "of-the-engines-team"];

let browser;
let github;

before(async () => {
  browser = await launchBrowser();
  github = await GitHub.start({ id: 583231, login: "ada-lovelace", name: "Ada Lovelace", email: "ada@example.com" });
});
after(async () => {
  await browser.close();
  await github.stop();
});

test("people of Active Directory and of GitHub come in by their own doors and see what their groups may see", async (t) => {
  const server = await Console.start("doors");
  const contexts = [];
  t.after(async () => {
    for (const context of contexts) await context.close();
    await server.remove();
    await cluster.removeNamespace(windows);
    await cluster.removeNamespace(engines);
  });
  for (const namespace of [windows, engines]) {
    await cluster.create("/api/v1/namespaces", { metadata: { name: namespace } });
    await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: `plans-${namespace}` } });
  }
  const api = new Api(server.url);
  await api.setUp(await server.signInLink(), administrator.name, administrator.password);
  await api.call("POST", "/api/v1/clusters", { name: "team", kubeconfig: cluster.text });

  /** Somebody in front of a browser of their own. */
  const somebody = async (options = {}) => {
    const page = await openPage(browser, options);
    contexts.push(page.context());
    return new Person(page, server, text);
  };
  const office = new Administration(await somebody({ storageState: api.storageState() }));
  const picture = (person, name) => screenshot(person.page, `doors-${name}`);
  const shown = "/clusters/team/core/v1/configmaps?filter=name~plans-of-the";

  try {
    await office.describesActiveDirectory(domain, activeDirectory());
    await office.testsWith("bob", passwordOf("bob"));
    await office.person.sees(text("providers.test.works"));
    await office.person.sees("operators");
    await picture(office.person, "1-active-directory");
    await office.savesProvider(domain);
    await office.confirmsWhenAsked();

    await office.describesGitHub(hub, github);
    await picture(office.person, "2-github");
    await office.savesProvider(hub);
    await office.confirmsWhenAsked();

    // Whoever came once is known with the groups, and those can be granted something.
    const ada = await somebody({ ignoreHTTPSErrors: true });
    await ada.open("/");
    const door = ada.page.getByRole("link", { name: text("sign_in.continue_with", { name: hub }) });
    await door.waitFor();
    await picture(ada, "3-door");
    await door.click();
    await until("the console is back from GitHub", async () => ada.page.url().startsWith(server.url));

    for (const [subject, namespace] of [
      ["developers", windows],
      ["engines", engines],
    ]) {
      await office.person.open("/settings/bindings");
      await office.grants(subject, "project-viewer", async (dialog) => {
        await dialog.getByLabel(text("bindings.place"), { exact: true }).selectOption({ label: text("bindings.scope.namespace") });
        await dialog.getByLabel(text("common.cluster"), { exact: true }).selectOption({ label: "team" });
        await dialog.getByLabel(text("common.namespace"), { exact: true }).fill(namespace);
      });
    }
    await picture(office.person, "4-granted");

    const bob = await somebody();
    await signsInThrough(bob, domain, "bob");
    await bob.page.getByRole("heading", { level: 1, name: text("clusters.title") }).waitFor();
    await bob.open(shown);
    await seesExactly(bob.page, [`plans-${windows}`], until);

    await ada.open("/");
    const clusters = ada.page.getByRole("heading", { level: 1, name: text("clusters.title") });
    await door.or(clusters).first().waitFor();
    if (await door.isVisible()) await door.click();
    await clusters.waitFor();
    await ada.open(shown);
    await seesExactly(ada.page, [`plans-${engines}`], until);
    await picture(ada, "5-through-github");
    for (const person of [office.person, bob, ada]) person.seesNoTrouble();
  } catch (error) {
    await picture(office.person, "failed").catch(() => {});
    throw error;
  }
});

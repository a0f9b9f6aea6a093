// An administrator connects the company's directory, gives groups roles, and each member sees what the groups may see, in
// lists and by guessed addresses; and no longer when it is taken back. In every language.
import { after, before, test } from "node:test";
import { Administration, seesExactly, signsInThrough } from "../support/administration.mjs";
import { Api } from "../support/api.mjs";
import { launchBrowser, openPage, screenshot } from "../support/browser.mjs";
import { Console, until } from "../support/console.mjs";
import { directory, passwordOf } from "../support/directory.mjs";
import { Kubernetes } from "../support/kubernetes.mjs";
import { Person, administrator } from "../support/person.mjs";
import { kubeconfig } from "../support/settings.mjs";
import { texts } from "../support/texts.mjs";

const languages = [
  { language: "en", locale: "en-US" },
  { language: "zh-CN", locale: "zh-CN" },
];
const cluster = new Kubernetes(kubeconfig);
const provider = "Company directory";
// Objects of their own kind of data: every namespace has a ConfigMap of Kubernetes' own besides.
const shown = "?filter=name~of-the";

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

for (const { language, locale } of languages) {
  test(`a team signs in with its directory accounts and sees what its groups may see (${language})`, async (t) => {
    const text = texts(language);
    const suffix = language.toLowerCase();
    const [shop, vault] = [`shop-${suffix}`, `vault-${suffix}`];
    const server = await Console.start(`rights-${language}`);
    const contexts = [];
    t.after(async () => {
      for (const context of contexts) await context.close();
      await server.remove();
      await cluster.removeNamespace(shop);
      await cluster.removeNamespace(vault);
    });
    for (const [namespace, name] of [
      [shop, "prices-of-the-shop"],
      [vault, "plans-of-the-vault"],
    ]) {
      await cluster.create("/api/v1/namespaces", { metadata: { name: namespace } });
      await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name }, data: { a: "b" } });
    }
    const api = new Api(server.url);
    await api.setUp(await server.signInLink(), administrator.name, administrator.password);
    await api.call("POST", "/api/v1/clusters", { name: "team", kubeconfig: cluster.text });

    /** Somebody in front of a browser of their own. */
    const somebody = async (storageState) => {
      const page = await openPage(browser, { locale, storageState });
      contexts.push(page.context());
      return new Person(page, server, text);
    };
    const ada = await somebody(api.storageState());
    const office = new Administration(ada);
    const picture = (person, name) => screenshot(person.page, `rights-${language}-${name}`);

    try {
      // The directory, tried before it is saved.
      await office.describesDirectory(provider, directory());
      await office.testsWith("bob", passwordOf("bob"));
      await ada.sees(text("providers.test.works"));
      await ada.sees("Bob Baker");
      await ada.sees("operators");
      await picture(ada, "1-tested");
      await office.savesProvider(provider);
      await office.confirmsWhenAsked();

      // Nobody has a role yet: the password is right, and the door stays shut.
      const alice = await somebody();
      await signsInThrough(alice, provider, "alice");
      await alice.sees(text("sign_in.title"));
      await until("alice is told why she is not let in", async () => {
        const notices = await alice.page.locator(".notice").allInnerTexts();
        return notices.length > 0;
      });
      await picture(alice, "2-not-admitted");

      // A project for the developers.
      await office.createsProject("team", "shop", [shop]);
      await office.grants("developers", "project-member");
      await picture(ada, "3-granted");

      await signsInThrough(alice, provider, "alice");
      await alice.page.getByRole("heading", { level: 1, name: text("clusters.title") }).waitFor();
      await alice.open(`/clusters/team/core/v1/configmaps${shown}`);
      await seesExactly(alice.page, ["prices-of-the-shop"], until);
      await picture(alice, "4-alice");
      // Not by a guessed address, either.
      await alice.open(`/clusters/team/core/v1/configmaps/${vault}/plans-of-the-vault`);
      await until("the guessed object is not shown", async () => {
        const body = await alice.page.locator("main").innerText();
        return body.includes(text("object.gone")) || body.includes(text("ui.not_found")) || body.includes(text("ui.forbidden"));
      });
      // What she may not do is not offered.
      await alice.open("/clusters");
      await alice.page.getByRole("link", { name: "team", exact: true }).first().waitFor();
      const offered = await alice.page.getByRole("link", { name: text("clusters.add"), exact: true }).count();
      const settings = await alice.page.getByRole("link", { name: text("settings.title"), exact: true }).count();
      if (offered + settings > 0) throw new Error("alice is offered what she may not do");

      // Bob is an operator, too: operators may look at the whole cluster.
      await ada.open("/settings/bindings");
      await office.grants("operators", "cluster-viewer", async (dialog) => {
        await dialog.getByLabel(text("bindings.place"), { exact: true }).selectOption({ label: text("bindings.scope.cluster") });
        await dialog.getByLabel(text("common.cluster"), { exact: true }).selectOption({ label: "team" });
      });
      const bob = await somebody();
      await signsInThrough(bob, provider, "bob");
      await bob.page.getByRole("heading", { level: 1, name: text("clusters.title") }).waitFor();
      await bob.open(`/clusters/team/core/v1/configmaps${shown}`);
      await seesExactly(bob.page, ["plans-of-the-vault", "prices-of-the-shop"], until);
      await alice.open(`/clusters/team/core/v1/configmaps${shown}`);
      await seesExactly(alice.page, ["prices-of-the-shop"], until);
      await picture(bob, "5-bob");

      // Bob may look but not delete in the vault; the page says so and who could give it.
      await bob.open(`/clusters/team/core/v1/configmaps/${vault}/plans-of-the-vault`);
      await bob.press("object.action.menu");
      await bob.sees(text("access.not_allowed"));
      await picture(bob, "6-why");

      // A token of hers for the project reaches no more than that, and says so in her list.
      const secret = await ada.makesToken("shop robot", "shop");
      const listed = await fetch(`${server.url}/api/v1/resources/core/v1/configmaps?filter=name~of-the`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      const names = (await listed.json()).rows.map((row) => row.name);
      if (names.join() !== "prices-of-the-shop") throw new Error(`the token for a project sees ${names}`);
      await ada.page.getByRole("row").filter({ hasText: "shop robot" }).getByText("shop (team)").waitFor();
      await picture(ada, "6-token");

      // What each may do can be read in the account.
      await alice.open("/account");
      await alice.sees(text("access.mine"));
      await alice.sees("configmaps");

      // Taken back while she looks.
      await alice.open(`/clusters/team/core/v1/configmaps${shown}`);
      await seesExactly(alice.page, ["prices-of-the-shop"], until);
      await ada.open("/settings/bindings");
      await office.revokes("developers");
      await until("alice sees nothing any more", async () => {
        const rows = await alice.page.locator("tbody th.cell-name").count();
        return rows === 0;
      });
      await picture(alice, "7-revoked");
      for (const person of [ada, alice, bob]) person.seesNoTrouble();
    } catch (error) {
      await picture(ada, "failed").catch(() => {});
      throw error;
    }
  });
}

// A console with an administrator and a cluster, and a page of that person: for journeys that begin there.
import { Api } from "./api.mjs";
import { openPage, screenshot } from "./browser.mjs";
import { Console } from "./console.mjs";
import { Person, administrator } from "./person.mjs";
import { texts } from "./texts.mjs";

/**
 * Starts a console named `name`, registers `cluster` in it as `shown`, and opens a page of the administrator. Everything
 * goes with the test `t`; a picture of the page at its end is kept.
 */
export async function prepared(t, browser, cluster, name, { language = "en", locale = "en-US", ...look } = {}) {
  const server = await Console.start(name);
  let page;
  t.after(async () => {
    // The picture comes first: of a page whose server is gone, it would only show that.
    if (page) {
      await screenshot(page, `${name}-at-the-end`).catch(() => {});
      await page.context().close();
    }
    await server.remove();
  });
  const api = new Api(server.url);
  await api.setUp(await server.signInLink(), administrator.name, administrator.password);
  await api.call("POST", "/api/v1/clusters", { name: "shown", kubeconfig: cluster.text });
  page = await openPage(browser, { locale, ...look, storageState: api.storageState() });
  const text = texts(language);
  return { server, api, page, text, person: new Person(page, server, text) };
}

/** A namespace of its own, removed with the test. */
export async function ownNamespace(t, cluster, name) {
  await cluster.create("/api/v1/namespaces", { metadata: { name } });
  t.after(() => cluster.removeNamespace(name));
  return name;
}

// Wrong passwords: each is said, and after several the door waits, with the time that it takes.
import { after, before, test } from "node:test";
import { Api } from "../support/api.mjs";
import { launchBrowser, openPage, screenshot } from "../support/browser.mjs";
import { Console } from "../support/console.mjs";
import { administrator } from "../support/person.mjs";
import { texts } from "../support/texts.mjs";

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

test("a person who types wrong passwords is told so, and then to wait", async (t) => {
  const server = await Console.start("wrong-password");
  t.after(() => server.remove());
  await new Api(server.url).setUp(await server.signInLink(), administrator.name, administrator.password);
  const page = await openPage(browser);
  t.after(() => page.context().close());
  const text = texts("en");
  await page.goto(`${server.url}/sign-in`);
  const submit = page.getByRole("button", { name: text("sign_in.submit"), exact: true });
  await page.getByLabel(text("sign_in.name"), { exact: true }).fill(administrator.name);
  const wrong = page.getByText(text("sign_in.wrong"));
  const waits = page.getByText(text("sign_in.throttled", { time: "|" }).split("|")[0].trim());
  for (let attempt = 1; ; attempt += 1) {
    await page.getByLabel(text("sign_in.password"), { exact: true }).fill(`wrong ${attempt}`);
    await submit.click();
    await wrong.or(waits).first().waitFor();
    if (await waits.isVisible()) break;
    if (attempt === 30) throw new Error("thirty wrong passwords, and the door does not wait");
  }
  await screenshot(page, "wrong-password");
  // While it waits, nothing can be sent.
  await page.waitForFunction(() => document.querySelector("form button[type=submit]").disabled);
});

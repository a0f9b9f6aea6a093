// `cargo xtask run` as the README has it: the printed link leads to a signed-in page with a cluster that lives.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { launchBrowser, openPage, screenshot } from "../support/browser.mjs";
import { freePort, until } from "../support/console.mjs";
import { Person } from "../support/person.mjs";
import { xtask } from "../support/settings.mjs";
import { texts } from "../support/texts.mjs";

let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** Runs the command until the test ends; gives the link that it prints and the lines of its output. */
async function runs(t) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "muster-run-"));
  const listen = `127.0.0.1:${await freePort()}`;
  // The same builds as the other journeys: nothing is compiled anew.
  const command = spawn(xtask, ["run", "--demo", "--debug-backend", "--listen", listen, "--data", path.join(folder, "data")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => command.on("exit", (code) => resolve(code)));
  const lines = [];
  for (const stream of [command.stdout, command.stderr]) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  t.after(async () => {
    command.kill("SIGINT");
    const code = await ended;
    await rm(folder, { recursive: true, force: true });
    assert.equal(code, 0, lines.join("\n"));
  });
  const link = await until(
    "the link is printed",
    () => {
      if (command.exitCode !== null) throw new Error(lines.join("\n"));
      return lines.map((line) => line.match(/http:\/\/\S+code=\S+/)?.[0]).find(Boolean);
    },
    300_000,
  );
  return { link, url: `http://${listen}` };
}

test("one command leads to a signed-in page with a cluster that lives", { timeout: 480_000 }, async (t) => {
  const { link, url } = await runs(t);
  const page = await openPage(browser, { locale: "en-US" });
  t.after(() => page.context().close());
  const text = texts("en");
  const person = new Person(page, { url }, text);
  await person.createsTheAdministrator(link);
  await page.getByRole("link", { name: "demo", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "demo", exact: true }).waitFor();
  await page.locator(".side-bar").getByRole("link", { name: text("kinds.plural.pods") }).click();
  await page.getByRole("row").filter({ hasText: "Running" }).first().waitFor({ timeout: 120_000 });
  await screenshot(page, "journey-one-command");
  person.seesNoTrouble();
});

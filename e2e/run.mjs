// Runs the journeys, three at a time: each starts a console of its own and works in namespaces of its own.
//
// `cargo xtask test browser` builds what is needed and starts a cluster first. By hand:
//   MUSTER_PROGRAM=target/debug/muster MUSTER_TEST_KUBECONFIG=… MUSTER_TEST_DIRECTORY=…/access.json node e2e/run.mjs [part of a journey's name …]
// A readable report goes to the error stream, one that machines count (TAP) to the output stream.
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
// It takes as long as all others together: they run beside it.
const longest = "every-page-can-be-read.mjs";
const journeys = (await readdir(path.join(here, "journeys")))
  .filter((name) => name.endsWith(".mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort((one, other) => Number(other === longest) - Number(one === longest) || one.localeCompare(other))
  .map((name) => path.join(here, "journeys", name));
if (journeys.length === 0) {
  console.error(`no journey has ${wanted.join(" or ")} in its name`);
  process.exit(2);
}
const reporters = [
  "--test-reporter=spec",
  "--test-reporter-destination=stderr",
  "--test-reporter=tap",
  "--test-reporter-destination=stdout",
];
const tests = spawn(process.execPath, ["--test", "--test-concurrency=3", ...reporters, ...journeys], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => tests.kill(signal));
tests.on("exit", (code, signal) => process.exit(signal ? 1 : code));

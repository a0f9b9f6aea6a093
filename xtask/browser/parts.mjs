// Puts the parts of the console that are loaded when they are wanted beside the first one, under names that hold a hash of
// their content, so that browsers keep them for good.
//
// In:  the folder MUSTER_PARTS, written by xtask/src/frontend/parts.rs: one script, and a wasm file for each part.
// Out: the same in the folder of the built frontend; the script knows the names that Trunk gave.
//
// Run after each build, before files are compressed (finish.mjs): Trunk names the folder in TRUNK_STAGING_DIR.
import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

const { MUSTER_PARTS: parts, TRUNK_STAGING_DIR: built } = process.env;
if (!parts || !built) {
  console.error("parts: the frontend is built by `cargo xtask run` or `cargo xtask test browser`, which say where the parts are");
  process.exit(2);
}
const page = await readFile(path.join(built, "index.html"), "utf8");
const first = page.match(/muster-frontend-[0-9a-f]+\.js/)?.[0];
if (!first) throw new Error("the page does not name the script of the first part");

const names = await readdir(parts);
let scriptName;
let script;
const renamed = [];
for (const name of names) {
  const content = await readFile(path.join(parts, name));
  if (name.endsWith(".js")) {
    scriptName = name;
    script = content.toString();
    continue;
  }
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const hashed = name.replace(/\.wasm$/, `-${hash}.wasm`);
  renamed.push([name, hashed]);
  await writeFile(path.join(built, hashed), content);
}
if (!script) throw new Error(`there is no script in ${parts}`);
for (const [from, to] of [["first-part.js", first], ...renamed]) {
  if (!script.includes(`./${from}`)) throw new Error(`the script of the parts does not name ${from}`);
  script = script.replaceAll(`./${from}`, `./${to}`);
}
await writeFile(path.join(built, scriptName), script);

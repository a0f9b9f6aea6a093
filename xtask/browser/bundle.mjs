// Bundles what the browser needs beside the wasm: the style sheet and the big JavaScript libraries.
//
// In:  style/main.css, and every file directly in frontend/js/ (one entry a library: editor.js, terminal.js, …).
// Out: frontend/generated/main.css, frontend/generated/js/<name>-<hash>.js and frontend/generated/js/modules.json,
//      which maps each entry's name to its hashed file. The page reads modules.json only when it first needs a library,
//      so none of them costs anything before. Trunk copies frontend/generated/js to dist/js.
//
// Run by Trunk before each build (Trunk.toml) and by hand with `npm run bundle`.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const styleEntry = path.join(root, "style/main.css");
const scriptFolder = path.join(root, "frontend/js");
const outFolder = path.join(root, "frontend/generated");
const staging = path.join(root, `frontend/generated.${process.pid}`);

/** The file names in a folder, or none when there is no such folder. */
async function filesIn(folder) {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

/** Writes a file only when its content differs, so that a watcher is not woken for nothing. */
async function writeIfChanged(file, content) {
  const before = await readFile(file).catch(() => null);
  if (before !== null && before.equals(content)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, content);
  await rename(partial, file);
}

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: ["chrome120", "firefox121", "safari17"],
  legalComments: "none",
  logLevel: "warning",
  write: false,
  loader: { ".svg": "dataurl", ".woff2": "dataurl" },
};

const produced = new Map();

const style = await build({ ...common, entryPoints: [styleEntry], outfile: path.join(staging, "main.css") });
for (const file of style.outputFiles) produced.set(path.relative(staging, file.path), Buffer.from(file.contents));

const entries = (await filesIn(scriptFolder)).filter((name) => name.endsWith(".js"));
const modules = {};
if (entries.length > 0) {
  const scripts = await build({
    ...common,
    entryPoints: entries.map((name) => path.join(scriptFolder, name)),
    outdir: path.join(staging, "js"),
    format: "esm",
    splitting: true,
    metafile: true,
    entryNames: "[name]-[hash]",
    chunkNames: "shared-[hash]",
    assetNames: "[name]-[hash]",
  });
  for (const file of scripts.outputFiles) produced.set(path.relative(staging, file.path), Buffer.from(file.contents));
  for (const [file, output] of Object.entries(scripts.metafile.outputs)) {
    if (!output.entryPoint || !file.endsWith(".js")) continue;
    const name = path.basename(output.entryPoint, ".js");
    modules[name] = { script: path.basename(file) };
    if (output.cssBundle) modules[name].style = path.basename(output.cssBundle);
  }
}
produced.set("js/modules.json", Buffer.from(`${JSON.stringify(modules)}\n`));

for (const [name, content] of produced) await writeIfChanged(path.join(outFolder, name), content);
for (const name of await filesIn(path.join(outFolder, "js"))) {
  if (!produced.has(path.join("js", name))) await rm(path.join(outFolder, "js", name), { force: true });
}

// Writes a .br and a .gz beside every text-like file of the built frontend, so that the server never compresses them itself.
//
// Run after a release build (finish.mjs): Trunk names the folder in TRUNK_STAGING_DIR and the profile in TRUNK_PROFILE. By hand: `node xtask/browser/precompress.mjs target/dist`.
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);
const worthIt = new Set([".wasm", ".js", ".mjs", ".css", ".html", ".svg", ".json", ".txt", ".map"]);

async function* walk(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(full);
    else yield full;
  }
}

const folder = process.argv[2] ?? process.env.TRUNK_STAGING_DIR;
if (!folder) {
  console.error("precompress: name the folder of the built frontend, for example target/dist");
  process.exit(2);
}
// A debug build is rebuilt every few seconds and served from this machine: compressing it would only cost time.
if (process.argv[2] || process.env.TRUNK_PROFILE !== "debug") {
  const work = [];
  for await (const file of walk(folder)) {
    if (!worthIt.has(path.extname(file)) || (await stat(file)).size < 256) continue;
    work.push(
      readFile(file).then(async (content) => {
        const [br, gz] = await Promise.all([
          brotli(content, {
            params: {
              [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
              [zlib.constants.BROTLI_PARAM_LGWIN]: 24,
              [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length,
            },
          }),
          gzip(content, { level: 9 }),
        ]);
        await writeFile(`${file}.br`, br);
        await writeFile(`${file}.gz`, gz);
      }),
    );
  }
  await Promise.all(work);
}

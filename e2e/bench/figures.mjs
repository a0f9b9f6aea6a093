// Small statistics for the benches, and where their results go.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The value below which this share of the samples lies. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Median, 95 % and the largest, rounded to what a person compares. */
export function spread(samples) {
  const round = (value) => Math.round(value * 100) / 100;
  return {
    median: round(quantile(samples, 0.5)),
    p95: round(quantile(samples, 0.95)),
    largest: round(Math.max(...samples)),
    samples: samples.length,
  };
}

/** Milliseconds that a task takes. */
export async function timed(task) {
  const started = process.hrtime.bigint();
  const value = await task();
  return { value, milliseconds: Number(process.hrtime.bigint() - started) / 1e6 };
}

/** The memory that a process holds now, in bytes. */
export function residentBytes(processId) {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(status.match(/^VmRSS:\s+(\d+) kB/m)[1]) * 1024;
}

/** Writes target/bench/<name>.json and shows it. */
export function report(name, figures) {
  const file = path.join(root, "target/bench", `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  const machine = { cores: os.cpus().length, memory: os.totalmem(), load: os.loadavg()[0] };
  const text = JSON.stringify({ name, takenAt: new Date().toISOString(), machine, figures }, null, 2);
  writeFileSync(file, `${text}\n`);
  console.log(text);
}

// Bundles the tests (Node 20 reads no TypeScript) into a temporary folder and runs them with node's own runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = join(dirname(fileURLToPath(import.meta.url)), "tests");
const out = await mkdtemp(join(tmpdir(), "watchroom-tests-"));
const files = (await readdir(here)).filter((name) => name.endsWith(".test.ts"));
await esbuild.build({ entryPoints: files.map((name) => join(here, name)), outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, platform: "node", format: "esm", logLevel: "warning" });
const paths = files.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--test", ...paths], { stdio: "inherit" });
await rm(out, { recursive: true, force: true });
process.exit(status ?? 1);

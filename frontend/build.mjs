// Builds every bundle into watchroom/desk/static/desk/built/. `node build.mjs [--watch]`.
import { existsSync, readdirSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "watchroom", "desk", "static", "desk", "built");

// A domain's own bundle is `src/<key>.ts`, after the name of its folder; nobody lists them.
const domains = readdirSync(join(here, "..", "watchroom", "domains")).filter((key) => existsSync(join(here, "src", `${key}.ts`)));

// The night palette is written once and needed under two conditions: the system's and the reader's own.
const darkTwice = {
  name: "dark-twice",
  setup(build) {
    const file = join(here, "styles", "dark.css");
    build.onResolve({ filter: /^dark-twice$/ }, () => ({ path: file, namespace: "dark" }));
    build.onLoad({ filter: /.*/, namespace: "dark" }, async () => {
      const css = await readFile(file, "utf8");
      const chosen = css.replace(":root {", ':root[data-theme="dark"] {');
      const system = css.replace(":root {", ':root:not([data-theme="light"]) {');
      const contents = `${chosen}\n@media screen and (prefers-color-scheme: dark) {\n${system}\n}`;
      return { contents, loader: "css", watchFiles: [file] };
    });
  },
};

const shared = {
  bundle: true, minify: true, sourcemap: "linked", legalComments: "linked",
  target: ["chrome108", "firefox115", "safari16"], logLevel: "warning", plugins: [darkTwice],
};
const jobs = [
  {
    ...shared, outdir: out, format: "esm", splitting: true, chunkNames: "chunk-[hash]",
    entryPoints: [
      ...["page", "board", "chart", "phone", ...domains].map((name) => ({ in: join(here, "src", `${name}.ts`), out: name })),
      // The map's worker as a file of our own origin: no blob: is needed in the content security policy.
      { in: join(here, "node_modules", "maplibre-gl", "dist", "maplibre-gl-worker.mjs"), out: "map-worker" },
    ],
  },
  // A service worker stands alone: it may not be a module everywhere.
  { ...shared, outdir: out, format: "iife", entryPoints: [join(here, "src", "phone-sw.ts")] },
  { ...shared, outdir: out, entryPoints: [{ in: join(here, "styles", "index.css"), out: "watchroom" }, { in: join(here, "styles", "vendor-map.css"), out: "map" }] },
];

await rm(out, { recursive: true, force: true });
if (process.argv.includes("--watch")) {
  for (const job of jobs) await (await esbuild.context({ ...job, logLevel: "info" })).watch();
} else {
  const started = performance.now();
  const results = await Promise.all(jobs.map((job) => esbuild.build({ ...job, metafile: true })));
  const outputs = results.flatMap((result) => Object.entries(result.metafile.outputs));
  for (const [path, { bytes, entryPoint }] of outputs)
    if (entryPoint) console.log(`${path.split("/").pop().padEnd(20)} ${(bytes / 1024).toFixed(0).padStart(6)} kB`);
  console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

// Builds what the browser loads into tracker/static/dist: one style sheet, one script, the fonts, one sprite of the
// icons that are used, and manifest.json that maps each plain name to its content-hashed file.
//
//   node build.mjs            once
//   node build.mjs --watch    again whenever a source or a template changes

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, watch } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const dist = path.join(root, "tracker", "static", "dist");
const target = ["chrome123", "firefox121", "safari17.5"];

/** The part of the kit that the pages use: whatever no template, script or form names is left out. */
async function kit() {
  const words = (content) => content.match(/[\w-]+/g) ?? [];
  const [result] = await new PurgeCSS().purge({
    css: [path.join(here, "node_modules/@tabler/core/dist/css/tabler.min.css")],
    content: ["templates/**/*.html", "tracker/**/*.py", "assets/js/*.js"].map((glob) => path.join(root, glob)),
    defaultExtractor: words,
    variables: true,
    keyframes: true,
    fontFace: true,
    // The theme stands on the root as data-theme; the kit's own switch is not used.
    blocklist: [/data-bs-theme/],
  });
  return (
    result.css
      .replace(/^@charset[^;]*;/, "")
      .replace(/\/\*[^]*?\*\//g, "")
      // The content security policy allows images from our own address only.
      .replace(/[\w-]+:[^;{}]*url\("data:[^"]*"\)[^;{}]*;?/g, "")
  );
}

const kitPlugin = {
  name: "kit",
  setup(build) {
    build.onResolve({ filter: /^kit:/ }, (args) => ({ path: args.path, namespace: "kit" }));
    build.onLoad({ filter: /.*/, namespace: "kit" }, async () => ({ contents: await kit(), loader: "css", resolveDir: here }));
  },
};

function iconNames() {
  return readFileSync(path.join(here, "icons.txt"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
}

function sprite(names) {
  const symbols = names.map((name) => {
    const file = path.join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
    if (!existsSync(file)) throw new Error(`icons.txt names "${name}", which is no outline icon of @tabler/icons`);
    const inner = readFileSync(file, "utf8")
      .replace(/<!--[^]*?-->/g, "")
      .replace(/<svg[^>]*>|<\/svg>/g, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/g, "")
      .replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

async function build() {
  const started = Date.now();
  await mkdir(dist, { recursive: true });
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [
      { in: "css/app.css", out: "app" },
      { in: "js/app.js", out: "app" },
    ],
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target,
    loader: { ".woff2": "file", ".svg": "file" },
    plugins: [kitPlugin],
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });

  const manifest = {};
  const keep = new Set(["manifest.json"]);
  for (const file of result.outputFiles) {
    const name = path.basename(file.path);
    keep.add(name);
    manifest[name.replace(/-[A-Z0-9]{8}(?=\.)/, "")] = name;
    await writeFile(path.join(dist, name), file.contents);
  }

  const names = iconNames();
  const svg = sprite(names);
  const spriteName = `icons-${createHash("sha256").update(svg).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  keep.add(spriteName);
  manifest["icons.svg"] = spriteName;
  await writeFile(path.join(dist, spriteName), svg);

  // Written last and moved into place, so that a running process never reads half of it.
  const draft = path.join(dist, "manifest.json.new");
  await writeFile(draft, JSON.stringify({ files: manifest, icons: names }, null, 1) + "\n");
  await rename(draft, path.join(dist, "manifest.json"));
  for (const name of await readdir(dist)) if (!keep.has(name)) await rm(path.join(dist, name));

  const sizes = result.outputFiles
    .filter((file) => !file.path.endsWith(".woff2"))
    .map((file) => `${path.basename(file.path)} ${(file.contents.length / 1024).toFixed(0)} KB`);
  console.log(`assets: ${sizes.join(", ")}, ${names.length} icons, ${Date.now() - started} ms`);
}

await build();

if (process.argv.includes("--watch")) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(String(error))), 150);
  };
  const folders = ["assets/css", "assets/js", "assets/img", "templates"].map((name) => path.join(root, name));
  for (const folder of folders) {
    watch(folder, again);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) watch(path.join(entry.parentPath ?? entry.path, entry.name), again);
    }
  }
  watch(path.join(here, "icons.txt"), again);
}

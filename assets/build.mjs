// Builds what the browser loads into tracker/static/dist: one style sheet, the scripts (app.js for every page, and what only
// some pages need), the fonts, one sprite of the icons that are used, and manifest.json that maps each plain name to its
// content-hashed file.
//
//   node build.mjs            once
//   node build.mjs --watch    again whenever a source changes

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, watch } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";
import subsetFont from "subset-font";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const dist = path.join(root, "tracker", "static", "dist");
const target = ["chrome123", "firefox121", "safari17.5"];

const elements =
  "html body main nav header footer section article aside h1 h2 h3 p a b strong em i small ul ol li dl dt dd " +
  "table caption thead tbody tr th td svg hr pre code kbd form fieldset legend label input textarea select option " +
  "button summary details dialog iframe progress template blockquote mark";

const size = "(md-)?";
const utilities = [
  `d-${size}(none|inline|inline-block|block|grid|flex|inline-flex)`,
  `flex-${size}(row|column|wrap|nowrap|fill|grow-[01]|shrink-[01])`,
  `(justify-content|align-items|align-self|align-content)-${size}\\w+`,
  `(m|p)[tbsexy]?-${size}([0-5]|auto)`,
  `(gap|row-gap|column-gap)-${size}[0-5]`,
  "text-(start|end|center|wrap|nowrap|break|truncate|decoration-none)",
  "fw-(normal|medium|bold)",
  "(w|h|mw|mh)-(25|50|75|100|auto)",
  "(align)-(baseline|top|middle|bottom)",
  "visually-hidden(-focusable)?",
].map((pattern) => new RegExp(`^${pattern}$`));

/** Every class that a template writes out. */
function classesOfTemplates() {
  const folder = path.join(root, "templates");
  const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"));
  const written = pages.flatMap((name) => [...readFileSync(path.join(folder, name), "utf8").matchAll(/class="([^"]*)"/g)]);
  return [...new Set(written.flatMap(([, classes]) => classes.match(/[\w-]+/g) ?? []))];
}

/** The part of the kit that is used: its ground for plain elements, and such of its utilities as stand in a template. */
async function kit() {
  const [result] = await new PurgeCSS().purge({
    css: [path.join(here, "node_modules/@tabler/core/dist/css/tabler.min.css")],
    content: [{ raw: "", extension: "txt" }],
    defaultExtractor: () => ({ tags: elements.split(" "), classes: classesOfTemplates().filter((name) => utilities.some((each) => each.test(name))) }),
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
      // Where `scrollbar-color` holds, which the kit sets for all, browsers pass over these.
      .replace(/[^{}]*::-webkit-scrollbar[^{}]*\{[^{}]*\}/g, "")
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

// The weights that the style sheets ask for; a variable font carries all from 100 to 900.
const weights = { wght: { min: 400, max: 700 } };
const fonts = { "inter-latin": "latin", "inter-names": "latin-ext", "inter-rest": "latin-ext", "inter-vietnamese": "vietnamese" };
const cutFonts = new Map();

/** Inter, cut down to the weights that are used and to the signs that fonts.css says this file is for. */
async function cutFont(name) {
  const css = readFileSync(path.join(here, "css/fonts.css"), "utf8");
  const said = new RegExp(`url\\("font:${name}"\\)[^}]*unicode-range: ([^;]+);`).exec(css);
  if (!said || !fonts[name]) throw new Error(`fonts.css does not say which signs "${name}" is for`);
  const key = `${name} ${said[1]}`;
  if (!cutFonts.has(key)) {
    const file = path.join(here, `node_modules/@fontsource-variable/inter/files/inter-${fonts[name]}-wght-normal.woff2`);
    const signs = said[1].split(/,\s*/).flatMap((range) => {
      const [first, last = first] = range.slice(2).split("-").map((code) => parseInt(code, 16));
      return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at));
    });
    cutFonts.set(key, await subsetFont(readFileSync(file), signs.join(""), { targetFormat: "woff2", variationAxes: weights }));
  }
  return cutFonts.get(key);
}

const fontPlugin = {
  name: "font",
  setup(build) {
    build.onResolve({ filter: /^font:/ }, (args) => ({ path: `${args.path.slice(5)}.woff2`, namespace: "font" }));
    build.onLoad({ filter: /.*/, namespace: "font" }, async (args) => ({
      contents: await cutFont(args.path.replace(".woff2", "")),
      loader: "file",
    }));
  },
};

// In this order: what an earlier script holds, a later one takes from it.
const scripts = ["htmx", "app", "desk", "anew", "ordering"];

/** One file for each script, without what it shares with another; returns the files. */
async function buildScripts(options) {
  const holder = new Map();
  const exported = new Map();
  const files = [];
  for (const script of scripts) {
    const elsewhere = {
      name: "elsewhere",
      setup(build) {
        build.onResolve({ filter: /^\./ }, (args) => {
          const holds = holder.get(path.relative(here, path.resolve(args.resolveDir, args.path)));
          return holds ? { path: `./${holds}`, external: true } : null;
        });
      },
    };
    const result = await esbuild.build({ ...options, entryPoints: [{ in: `js/${script}.js`, out: script }], plugins: [elsewhere] });
    const [file] = result.outputFiles;
    const name = path.basename(file.path);
    // A browser would stop at the first name that it misses, on the page.
    for (const [, taken, from] of file.text.matchAll(/import\{([^}]*)\}from"\.\/([^"]+)"/g)) {
      const missing = taken.split(",").map((each) => each.split(" as ")[0].trim()).filter((each) => !exported.get(from)?.includes(each));
      if (missing.length) throw new Error(`${script}.js takes ${missing.join(", ")} from ${from}, which does not export it`);
    }
    const [made] = Object.values(result.metafile.outputs);
    exported.set(name, made.exports);
    for (const input of Object.keys(result.metafile.inputs)) if (!holder.has(input)) holder.set(input, name);
    files.push(file);
  }
  return files;
}

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
  const options = {
    absWorkingDir: here,
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target,
    loader: { ".woff2": "file", ".svg": "file" },
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    write: false,
  };
  const styles = await esbuild.build({ ...options, entryPoints: [{ in: "css/app.css", out: "app" }], plugins: [kitPlugin, fontPlugin] });
  const files = [...styles.outputFiles, ...(await buildScripts(options))];

  const manifest = {};
  const keep = new Set(["manifest.json"]);
  const put = async (name, contents) => {
    keep.add(name);
    await writeFile(path.join(dist, name), contents);
    if (!/\.(css|js|svg)$/.test(name)) return;
    // Lying beside it, the compressed forms are what the server sends to browsers that take them.
    for (const [ending, compress] of [[".gz", (bytes) => promisify(gzip)(bytes, { level: 9 })], [".br", promisify(brotliCompress)]]) {
      keep.add(name + ending);
      await writeFile(path.join(dist, name + ending), await compress(contents));
    }
  };
  for (const file of files) {
    const name = path.basename(file.path);
    manifest[name.replace(/-[A-Z0-9]{8}(?=\.)/, "")] = name;
    await put(name, Buffer.from(file.contents));
  }

  const names = iconNames();
  const svg = sprite(names);
  const spriteName = `icons-${createHash("sha256").update(svg).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  manifest["icons.svg"] = spriteName;
  await put(spriteName, Buffer.from(svg));

  // Written last and moved into place, so that a running process never reads half of it.
  const draft = path.join(dist, "manifest.json.new");
  await writeFile(draft, JSON.stringify({ files: manifest, icons: names }, null, 1) + "\n");
  await rename(draft, path.join(dist, "manifest.json"));
  for (const name of await readdir(dist)) if (!keep.has(name) && !name.startsWith(".")) await rm(path.join(dist, name));

  const sizes = files
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
  const folders = ["assets/css", "assets/js", "assets/img"].map((name) => path.join(root, name));
  for (const folder of folders) {
    watch(folder, again);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) watch(path.join(entry.parentPath ?? entry.path, entry.name), again);
    }
  }
  watch(path.join(here, "icons.txt"), again);
}

// Builds what browsers load into ../static and writes down what it was made of (build.json, checked by a test).
// The same sources and the same lock file give the same bytes.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outputs = process.argv[2] ?? join(here, "..", "static");
const entries = { "widget.js": "src/main.ts", "offline.js": "src/offline/main.ts" };

// A style sheet is imported as the text that goes into the shadow root.
const styles = {
  name: "styles",
  setup(bundler) {
    bundler.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "chrome90" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const sha256 = (content) => createHash("sha256").update(content).digest("hex");

const sources = readdirSync(join(here, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(here, join(entry.parentPath, entry.name)))
  .concat("build.mjs", "package.json", "package-lock.json", "tsconfig.json")
  .sort();

const made = {};
const brotli = {}; // bytes, for the test of the widget's weight: Python has no Brotli of its own
for (const [name, entry] of Object.entries(entries)) {
  const { outputFiles } = await build({
    entryPoints: [join(here, entry)],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    format: "iife",
    target: ["chrome90", "safari16.4", "firefox101"], // the oldest that know adoptedStyleSheets and :focus-visible
    legalComments: "none",
    plugins: [styles],
  });
  writeFileSync(join(outputs, name), outputFiles[0].contents);
  made[name] = sha256(outputFiles[0].contents);
  brotli[name] = brotliCompressSync(outputFiles[0].contents).length;
}

const stamp = { sources: Object.fromEntries(sources.map((name) => [name, sha256(readFileSync(join(here, name)))])), made, brotli };
writeFileSync(process.argv[2] ? join(outputs, "build.json") : join(here, "build.json"), `${JSON.stringify(stamp, null, 2)}\n`);

// Builds comity/web/static/built: comity.css, comity.js, fonts, icon, manifest.json (name -> name with content hash).
// It also puts the Arabic letters of printed requests where their template finds them: typst has none of its own.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const out = join(here, "..", "static", "built");
const manifest = {};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

function keep(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const hashed = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  writeFileSync(join(out, hashed), content);
  manifest[name] = hashed;
  return hashed;
}

// The packages write "left" and "right"; readers of Arabic or Hebrew need start and end.
const LOGICAL = [
  [/(?<![\w-])(margin|padding|border)-left(?=[:-])/g, "$1-inline-start"],
  [/(?<![\w-])(margin|padding|border)-right(?=[:-])/g, "$1-inline-end"],
  [/(?<=[{;\s])left:/g, "inset-inline-start:"],
  [/(?<=[{;\s])right:/g, "inset-inline-end:"],
  [/(text-align|float|clear):\s*left/g, "$1:START"],
  [/(text-align|float|clear):\s*right/g, "$1:END"],
];
function logical(css) {
  for (const [from, to] of LOGICAL) css = css.replace(from, to);
  return css
    .replace(/(float|clear):START/g, "$1:inline-start")
    .replace(/(float|clear):END/g, "$1:inline-end")
    .replace(/text-align:START/g, "text-align:start")
    .replace(/text-align:END/g, "text-align:end");
}

const RANGES = JSON.parse(readFileSync(join(root, "node_modules/@fontsource/noto-sans/unicode.json"), "utf8"));
function face(family, file, weight, range) {
  const name = keep(basename(file), readFileSync(join(root, "node_modules/@fontsource", file)));
  const limit = range ? `unicode-range:${range};` : "";
  return `@font-face{font-family:"${family}";font-style:normal;font-display:swap;font-weight:${weight};src:url("${name}") format("woff2");${limit}}`;
}
const faces = [];
for (const weight of [400, 600, 700]) {
  for (const script of ["latin", "latin-ext", "cyrillic", "greek"]) {
    faces.push(face("Noto Sans", `noto-sans/files/noto-sans-${script}-${weight}-normal.woff2`, weight, RANGES[script]));
  }
  faces.push(
    face("Noto Sans Arabic", `noto-sans-arabic/files/noto-sans-arabic-arabic-${weight}-normal.woff2`, weight, "U+0600-06FF,U+0750-077F,U+08A0-08FF,U+FB50-FDFF,U+FE70-FEFF"),
  );
}

const printed = join(root, "comity", "instruments", "templates", "fonts");
mkdirSync(printed, { recursive: true });
for (const style of ["400Regular", "600SemiBold", "700Bold"]) {
  const file = `NotoNaskhArabic_${style}.ttf`;
  copyFileSync(join(root, "node_modules/@expo-google-fonts/noto-naskh-arabic", style, file), join(printed, file));
}

const icons = Object.fromEntries(
  ["icon-document.svg"].map((name) => [
    name,
    keep(name, readFileSync(join(root, "node_modules/@ministryofjustice/frontend/moj/assets/images", name))),
  ]),
);
const styles = sass.compile(join(here, "styles/comity.scss"), {
  loadPaths: [root, join(root, "node_modules")],
  style: "compressed",
  quietDeps: true,
  charset: false, // a byte order mark behind the fonts would spoil the first rule
  logger: sass.Logger.silent,
});
let css = logical(faces.join("") + styles.css);
for (const [name, hashed] of Object.entries(icons)) css = css.replaceAll(`/built/images/${name}`, hashed);
const missing = css.match(/\/built\/[^)"']+/g);
if (missing) throw new Error(`the style sheet names files that are not bundled: ${[...new Set(missing)].join(", ")}`);
keep("comity.css", css);
keep("icon.svg", readFileSync(join(here, "icon.svg")));

const script = await esbuild.build({
  entryPoints: [join(here, "scripts/main.mjs")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  write: false,
  absWorkingDir: root,
});
keep("comity.js", Buffer.from(script.outputFiles[0].contents));

writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));

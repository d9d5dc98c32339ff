// Unpacks the pinned Chromium of @sparticuz/chromium, with the libraries it needs, into .browser/.
import { createReadStream, createWriteStream, mkdirSync, chmodSync, rmSync, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { execFileSync } from "node:child_process";

const from = "node_modules/@sparticuz/chromium/bin";
mkdirSync(".browser", { recursive: true });
for (const name of ["chromium", "al2023.tar", "fonts.tar", "swiftshader.tar"]) {
  const packed = `${from}/${name}.br`;
  if (!existsSync(packed)) throw new Error(`${packed} is missing: run "npm ci" again`);
  await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(`.browser/${name}`));
  if (name.endsWith(".tar")) {
    execFileSync("tar", ["xf", name], { cwd: ".browser" });
    rmSync(`.browser/${name}`);
  }
}
chmodSync(".browser/chromium", 0o755);

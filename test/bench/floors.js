// What commands are compared with: the smallest programs that do one GET and print the response.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { slimLibraries, wasmFiles } from "../../bin/build/slim.js";

/** Bundles undici into a folder as the program is bundled; gives the arguments of node that do a GET of `url`. */
export async function makeFloors(folder, url) {
  const file = join(folder, "chunks/undici.cjs");
  mkdirSync(join(folder, "chunks"), { recursive: true });
  for (const [name, data] of Object.entries(wasmFiles())) writeFileSync(join(folder, name), data);
  const bundle = await rolldown({
    input: join(import.meta.dirname, "floor-undici.cjs"),
    platform: "node",
    logLevel: "silent",
    plugins: [slimLibraries(["undici"])],
  });
  await bundle.write({ file, format: "cjs", minify: true, codeSplitting: false });
  await bundle.close();
  return {
    http: [join(import.meta.dirname, "floor-http.cjs"), url],
    undici: [join(import.meta.dirname, "floor-launcher.cjs"), file, url],
  };
}

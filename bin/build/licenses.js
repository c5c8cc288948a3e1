// The packages that are bundled: their licenses, and a list of them for tools (CycloneDX).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Name, version, license and text of every package of which a file was bundled. */
export function packagesOf(files) {
  const pattern = /\/(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;
  const folders = new Set(files.flatMap((file) => pattern.exec(file)?.[1] ?? []));
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    return { name, version, license, text: licenseText(join(root, folder)) };
  });
}

/** The license texts; packages with the same text share it. */
export function licenses(packages) {
  const namesByText = new Map();
  for (const { name, version, license, text } of packages)
    namesByText.set(text, [...(namesByText.get(text) ?? []), `${name} ${version} (${license})`]);
  const parts = [...namesByText].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return `onduty contains code of these packages.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** A software bill of materials: CycloneDX 1.6 as JSON, without times or serial numbers, so that the same build gives the same file. */
export function billOfMaterials(packages, version) {
  const purl = (name, of) => `pkg:npm/${name.replace("@", "%40")}@${of}`;
  const components = packages.map(({ name, version: of, license }) => ({
    type: "library",
    "bom-ref": purl(name, of),
    name,
    version: of,
    purl: purl(name, of),
    licenses: [/^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
  }));
  const onduty = { type: "application", "bom-ref": "onduty", name: "onduty", version };
  const bom = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata: { component: onduty }, components };
  return `${JSON.stringify(bom, null, 1)}\n`;
}

function licenseText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file === undefined ? "" : readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
}

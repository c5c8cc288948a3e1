import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url).pathname;
const files = sources("src");

/** Level of each file: it may import from its own level and lower ones. The first pattern that fits counts. */
const levels: [pattern: RegExp, level: number][] = [
  [/^src\/(errors|standalone|version)\.ts$|^src\/model\//, 0],
  [/^src\/main\.ts$/, 2],
  [/^src\//, 1],
];

const levelOf = (file: string): number => levels.find(([pattern]) => pattern.test(file))?.[1] ?? Number.NaN;

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const found = [
    ...text.matchAll(/^(import|export)\s+(type\s)?[^;]*?from\s+"(\.[^"]+)"/gm),
    ...text.matchAll(/(import)\((\s*)"(\.[^"]+)"\)/g),
  ];
  return found.map((match) => ({
    from,
    to: normalize(join(dirname(from), match[3] ?? "")),
    typeOnly: (match[2] ?? "").startsWith("type"),
  }));
});

describe("the layers", () => {
  it("finds the sources and their imports", () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter(({ to }) => !files.includes(to) && !/\.(d\.ts|json)$/.test(to))).toEqual([]);
  });

  it("go one way: no file imports from a higher level", () => {
    // The name of a vendor is a word of the configuration; its type is declared beside the providers.
    const allowed = ({ to, typeOnly }: Import) => typeOnly && to === "src/providers/provider.ts";
    const upward = imports.filter((one) => levelOf(one.to) > levelOf(one.from) && !allowed(one));
    expect(upward.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("have no circles", () => {
    const next = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports) if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
    const circles: string[] = [];
    const walk = (file: string, path: string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
        return;
      }
      for (const to of next.get(file) ?? []) walk(to, [...path, file]);
    };
    for (const file of files) walk(file, []);
    expect([...new Set(circles)]).toEqual([]);
  });

  it("keep the sandbox apart from the providers: what both get wrong, no test would find", () => {
    const crossing = imports.filter(
      ({ from, to }) => /^src\/sandbox\//.test(from) && /^src\/(providers|http)\//.test(to),
    );
    expect(crossing.filter(({ typeOnly }) => !typeOnly)).toEqual([]);
  });
});

describe("the process", () => {
  it.each([
    ["process.exit", /process\.exit\(/, /^src\/cli\/runtime\.ts$/],
    ["process.env", /process\.env\b/, /^src\/cli\/runtime\.ts$/],
    [
      "process.stdout, process.stderr and process.stdin",
      /process\.(stdout|stderr|stdin)\b/,
      /^src\/(cli\/runtime|main)\.ts$/,
    ],
    ["console", /\bconsole\.(log|error|warn|info|debug)\b/, /^$/],
    ["signals that Node 20 forgets", /AbortSignal\.any\(/, /^$/],
    ["chalk", /from "chalk"|import\("chalk"\)/, /^src\/output\//],
    ["undici", /["']undici/, /^src\/http\//],
  ])("has %s in one place only", (_, pattern, place) => {
    const users = files.filter((file) => pattern.test(withoutComments(file)) && !place.test(file));
    expect(users).toEqual([]);
  });
});

function sources(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .sort();
}

function withoutComments(file: string): string {
  return readFileSync(join(root, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

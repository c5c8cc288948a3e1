import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url).pathname;
const files = sources("src");

/**
 * The rooms of the program, and the rooms that each may import from besides itself; types count. `errors.ts`, `version.ts` and
 * `standalone.ts` are for everybody. A name with a slash is a room of its own inside another.
 */
const rooms: Record<string, readonly string[]> = {
  model: [],
  concurrency: [],
  disk: ["model"],
  http: ["model", "concurrency"],
  output: ["model"],
  providers: ["model", "http"],
  keys: ["model", "output", "providers"],
  config: ["model", "disk", "keys", "providers"],
  spool: ["model", "disk"],
  context: ["model", "config", "keys", "output", "providers"],
  "cli/arguments": ["model", "output"],
  directory: ["model", "context", "output"],
  profiles: ["model", "keys", "config", "context", "output", "providers", "sandbox"],
  events: ["model", "concurrency", "context", "disk", "output", "providers", "spool"],
  "events/reconcile": ["model", "context", "disk", "events", "http"],
  incidents: ["model", "concurrency", "context", "output", "providers", "directory"],
  prompt: ["model", "disk", "output"],
  reports: ["model", "context", "directory", "incidents", "output"],
  status: ["model", "concurrency", "context", "output", "directory", "incidents", "events", "spool"],
  dashboard: ["model", "concurrency", "context", "output", "directory", "incidents"],
  doctor: ["model", "concurrency", "disk", "http", "keys", "config", "spool", "context", "output", "events"],
  webhooks: ["model", "concurrency", "context", "config", "output", "providers"],
  api: ["model", "disk", "http", "output", "providers"],
  content: ["model", "concurrency", "context", "output"],
  overrides: ["model", "context", "directory", "incidents", "output"],
  silences: ["model", "context", "directory", "output"],
  run: ["model", "context", "output", "events", "silences"],
  sandbox: ["model", "output"],
  cli: ["model", "disk", "http", "keys", "config", "providers", "output", "context", "cli/arguments"],
  "cli/completion": ["model", "concurrency", "disk", "http", "keys", "config", "spool", "providers", "context", "cli"],
  "cli/help": ["model", "config", "output", "providers", "context", "cli", "cli/completion"],
  "cli/mcp": ["model", "concurrency", "config", "output", "context", "cli", "cli/help"],
  "cli/families": [
    "model",
    "disk",
    "keys",
    "config",
    "context",
    "api",
    "directory",
    "events",
    "incidents",
    "output",
    "overrides",
    "prompt",
    "providers",
    "webhooks",
    "cli",
    "cli/arguments",
  ],
  // Declarations: they may name every room but `main`.
  commands: ["*"],
  main: ["*"],
};

/** Files that say what everybody needs: errors, the version, and which program this is. */
const common = new Set(["src/errors.ts", "src/version.ts", "src/standalone.ts"]);

const roomOf = (file: string): string => {
  const [, ...folders] = dirname(file).split("/");
  if (folders.length === 0) return file.slice("src/".length, -".ts".length);
  const inner = folders.slice(0, 2).join("/");
  return Object.hasOwn(rooms, inner) ? inner : (folders[0] ?? "");
};

interface Import {
  from: string;
  to: string;
}

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const found = [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"/gm),
    ...text.matchAll(/\bimport\(\s*"(\.[^"]+)"\s*\)/g),
  ];
  return found.map((match) => ({ from, to: normalize(join(dirname(from), match[1] ?? "")) }));
});

describe("the rooms", () => {
  it("are all there is", () => {
    expect(files.length).toBeGreaterThan(200);
    expect(imports.length).toBeGreaterThan(1000);
    const known = new Set(files);
    expect(imports.filter(({ to }) => !known.has(to) && !/\.(d\.ts|json)$/.test(to))).toEqual([]);
    const unknown = files.filter((file) => !common.has(file) && !Object.hasOwn(rooms, roomOf(file)));
    expect(unknown).toEqual([]);
  });

  it("stand on the page about the architecture", () => {
    const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
    const missing = Object.keys(rooms).filter((room) => !page.includes(`src/${room}/`) && !page.includes(`${room}.ts`));
    expect(missing).toEqual([]);
  });

  it("import from the rooms that the table names, and from no others", () => {
    const crossing = imports.filter(({ from, to }) => {
      const allowed = common.has(from) ? [] : (rooms[roomOf(from)] ?? []);
      return !common.has(to) && roomOf(from) !== roomOf(to) && !allowed.includes("*") && !allowed.includes(roomOf(to));
    });
    expect(crossing.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("have no circles of files, not even of types", () => {
    expect(circles(imports.map(({ from, to }) => [from, to]))).toEqual([]);
  });

  it("have no circles of rooms", () => {
    const between = imports.filter(
      ({ from, to }) => !common.has(from) && !common.has(to) && roomOf(from) !== roomOf(to),
    );
    expect(circles(between.map(({ from, to }) => [roomOf(from), roomOf(to)]))).toEqual([]);
  });

  it("keep the sandbox apart from the providers: what both get wrong, no test would find", () => {
    expect(imports.filter(({ from, to }) => roomOf(from) === "sandbox" && /^src\/(providers|http)\//.test(to))).toEqual(
      [],
    );
  });
});

/** Every circle in a graph, once, as the path around it. */
function circles(edges: [from: string, to: string][]): string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (node: string, path: string[]): void => {
    const at = path.indexOf(node);
    if (at !== -1) {
      found.add([...path.slice(at), node].join(" -> "));
      return;
    }
    if (done.has(node)) return;
    for (const to of next.get(node) ?? []) walk(to, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return [...found];
}

describe("the process", () => {
  const code = files.map((file) => [file, withoutComments(file)] as const);

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
    ["cli-table3 and string-width", /["'](cli-table3|string-width)["']/, /^src\/output\//],
    ["chalk", /from "chalk"|import\("chalk"\)/, /^src\/output\//],
    ["undici", /["']undici/, /^src\/http\//],
    [
      "encodeURIComponent, which breaks on half of a character",
      /\bencodeURIComponent\(/,
      /^src\/(model\/text\.ts|sandbox\/)/,
    ],
  ])("has %s in one place only", (_, pattern, place) => {
    const users = code.filter(([file, text]) => pattern.test(text) && !place.test(file));
    expect(users.map(([file]) => file)).toEqual([]);
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

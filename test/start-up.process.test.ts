import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { listen, selfSigned, tlsServer } from "./support/network.ts";
import { bareEnv, onduty, start } from "./support/process.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";
import { fakeVendor } from "./support/vendor.ts";

/*
 * What a command loads: each file and each module of Node's is a part of a millisecond or several of every start. What stands
 * here is held on purpose; a new name wants a reason.
 */

const standalone = !onduty.endsWith(".cjs");

/**
 * Writes down, when the process ends, which of our files and of Node's modules it has loaded, and which of Node's after the one that sets
 * flags of V8.
 */
const spy = `
const loaded = () => process.moduleLoadList.flatMap((name) => /^NativeModule (\\S+)$/.exec(name)?.[1] ?? []);
const { _load } = module.constructor;
let early;
module.constructor._load = (id, ...rest) => {
  const exports = _load(id, ...rest);
  if (id === "node:v8") early ??= loaded();
  return exports;
};
let atConnect;
require("node:diagnostics_channel").subscribe("net.client.socket", () => (atConnect ??= ourFiles()));
const intl = [];
for (const name of Object.getOwnPropertyNames(Intl).filter((one) => typeof Intl[one] === "function"))
  Intl[name] = new Proxy(Intl[name], {
    construct(target, args) {
      intl.push(name);
      return Reflect.construct(target, args);
    },
  });
// Of the command alone: what it leaves to another process writes nowhere.
const spyFile = process.env.SPY_FILE;
delete process.env.SPY_FILE;
const ourFiles = () =>
  Object.keys(require.cache).map((file) => file.split(/[\\\\/]/).at(-1).replace(/-[\\w-]{8}\\.cjs$/, ""));
process.on("exit", () => {
  if (spyFile === undefined) return;
  const ours = ourFiles();
  const nodes = loaded().filter((name) => !name.startsWith("internal"));
  const late = loaded().slice(early?.length ?? loaded().length);
  const rare = Object.keys(require.cache).filter((file) => /[\\\\/]rare[\\\\/]/.test(file));
  require("node:fs").writeFileSync(spyFile, JSON.stringify({ ours, nodes, late, intl, rare, atConnect }));
});
`;

interface Loaded {
  ours: string[];
  nodes: string[];
  late: string[];
  intl: string[];
  /** What is packed with what is used rarely. */
  rare: string[];
  /** What was loaded of the program when the first connection was opened. */
  atConnect: string[];
  stdout: string;
}

interface Place {
  profiles?: Parameters<typeof homeWith>[0];
  /** More variables. */
  env?: Record<string, string>;
  /** More files of the home. */
  files?: Record<string, string>;
}

/** What a command loads; `place` is the address of the vendor, or more. */
async function loadedBy(args: string[], place: Place | string = {}): Promise<Loaded> {
  const url = typeof place === "string" ? place : "http://127.0.0.1:1";
  const { profiles = profilesAt(url), env = {}, files = {} } = typeof place === "string" ? {} : place;
  const home = await homeWith(profiles);
  const [script, file] = [join(home, "spy/spy.cjs"), join(home, "spy/loaded.json")];
  for (const [name, text] of Object.entries({ ...files, "spy/spy.cjs": spy })) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), text);
  }
  const { stdout } = await start(args, bareEnv(home, { NODE_OPTIONS: `--require=${script}`, SPY_FILE: file, ...env }))
    .ended;
  const { ours, ...others } = JSON.parse(await readFile(file, "utf8")) as Loaded;
  return { ...others, ours: ours.filter((name) => !name.startsWith("spy")).sort(), stdout };
}

/** Each takes several milliseconds. */
const heavy = [
  "net",
  "tls",
  "http",
  "https",
  "http2",
  "tty",
  "child_process",
  "crypto",
  "readline",
  "worker_threads",
  "v8",
  "fs/promises",
];
const core = ["core", "main.cjs", "onduty.cjs", "rolldown-runtime"];

describe.skipIf(standalone)("what is loaded (the executable is one file)", () => {
  it("by --version is the version", async () => {
    const { ours, nodes } = await loadedBy(["--version"]);
    expect(ours).toEqual(["onduty.cjs", "version.cjs"]);
    expect(nodes.filter((name) => [...heavy, "stream"].includes(name))).toEqual([]);
  });

  it("by --help is the core", async () => {
    const { ours, nodes } = await loadedBy(["--help"]);
    expect(ours).toEqual(core);
    expect(nodes.filter((name) => heavy.includes(name))).toEqual([]);
  });

  it("by a word that is no command is the core", async () => {
    const { ours, nodes } = await loadedBy(["incidents", "lisst"]);
    expect(ours).toEqual(core);
    expect(nodes.filter((name) => heavy.includes(name))).toEqual([]);
  });

  it("by a completion request of profiles is what reads them", async () => {
    const { ours, nodes } = await loadedBy(["__complete", "profiles"]);
    expect(ours).toEqual([...core, "request"].sort());
    expect(nodes.filter((name) => heavy.includes(name))).toEqual([]);
  });

  it("by incidents list --json is one vendor and one transport, and nothing that draws", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const { ours, nodes } = await loadedBy(["incidents", "list", "--json"], vendor.url);
    expect(ours).toEqual([...core, "http", "incidents", "opsknight", "shared", "undici"].sort());
    expect(nodes.filter((name) => heavy.includes(name) && !["net", "v8"].includes(name))).toEqual([]);
  });

  it("is the rest of the transport while its connection is opened", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const { ours, atConnect } = await loadedBy(["incidents", "list", "--json"], vendor.url);
    expect(atConnect).toContain("http");
    expect(atConnect).not.toContain("undici");
    expect(ours).toContain("undici");
  });

  it("is the rest of the transport while the connection of a new event is opened", async () => {
    const vendor = (await fakeVendor()).reply("POST /api/events", 200, { result: {} });
    const { ours, atConnect } = await loadedBy(["events", "trigger", "disk full"], vendor.url);
    expect(atConnect).toContain("http");
    expect(atConnect).not.toContain("undici");
    expect(ours).toContain("undici");
  });

  it("over TLS is none of Node's modules after a flag of V8, under which V8 takes no code that is kept of them", async () => {
    const { key, cert, file } = await selfSigned();
    const server = tlsServer({ key, cert }, (_, response) => void response.end('{"incidents":[]}'));
    const url = `https://localhost:${await listen(server)}`;
    const place = { profiles: profilesAt(url), env: { NODE_EXTRA_CA_CERTS: file } };
    const { nodes, late } = await loadedBy(["incidents", "list", "--json"], place);
    expect(nodes).toContain("tls");
    expect(late).toEqual([]);
  });

  it("by a table of ASCII is nothing of Intl, whose first use takes 25 ms", async () => {
    const title = "Latency of the checkout in the first region is above what was agreed ".repeat(3);
    const incident = { id: "inc_1", title, status: "OPEN", created_at: "2026-01-01T00:00:00Z" };
    const vendor = (await fakeVendor())
      .reply("GET /api/incidents", 200, { incidents: [incident] })
      .reply("GET /api/schedules", 200, { schedules: [] });
    const { ours, intl } = await loadedBy(["status", "-p", "opsknight"], vendor.url);
    expect(ours).toContain("width");
    expect(intl).toEqual([]);
  });

  it("by status of three profiles is what one incident list loads and what it draws, and no spool that is empty", async () => {
    const vendor = (await fakeVendor())
      .reply("GET /api/incidents", 200, { incidents: [] })
      .reply("GET /api/schedules", 200, { schedules: [] });
    const profiles = Object.fromEntries(
      ["one", "two", "three"].map((name) => [name, profilesAt(vendor.url).opsknight]),
    );
    const { ours, nodes, intl } = await loadedBy(["status"], { profiles });
    const parts = [...core, "http", "on-call", "opsknight", "prompt", "shared", "status", "undici", "width"];
    expect({ ours, intl }).toEqual({ ours: parts.sort(), intl: [] });
    expect(nodes.filter((name) => heavy.includes(name) && !["net", "v8"].includes(name))).toEqual([]);
  });

  it("by a prompt that is known is no command and nothing of Intl", async () => {
    const at = new Date().toISOString();
    const oncallUntil = new Date(Date.now() + 3_600_000).toISOString();
    const known = { at, open: 2, oncallUntil, renewedAt: at };
    const profiles = { prod: profilesAt("http://127.0.0.1:1").opsknight };
    const files = { ".local/state/onduty/prompt-prod.json": JSON.stringify(known) };
    const { ours, nodes, intl, stdout } = await loadedBy(["prompt"], { profiles, files });
    expect(stdout).toMatch(/^2 open, on call until \d\d:\d\d\n$/);
    expect({ ours, intl }).toEqual({ ours: [...core, "prompt"].sort(), intl: [] });
    expect(nodes.filter((name) => heavy.includes(name))).toEqual([]);
  });

  it("by events trigger is the same, and the spool", async () => {
    const incident = { id: "inc_1", title: "x", status: "OPEN" };
    const vendor = (await fakeVendor()).reply("POST /api/events", 202, { result: { action: "triggered", incident } });
    const { ours, nodes } = await loadedBy(["events", "trigger", "x"], vendor.url);
    expect(ours).toEqual([...core, "delivery", "event", "http", "opsknight", "shared", "undici"].sort());
    const wanted = ["net", "v8", "crypto", "fs/promises"];
    expect(nodes.filter((name) => heavy.includes(name) && !wanted.includes(name))).toEqual([]);
  });

  it("by events trigger in a CI job is what its service sets, in a job of an unknown CI not even that, and no process of git", async () => {
    const loadedIn = (env: Record<string, string>) =>
      loadedBy(["events", "trigger", "x", "--max-wait", "0"], { env: { CI: "true", ...env } });
    const { ours, nodes } = await loadedIn({ GITHUB_ACTIONS: "true" });
    expect(ours).toContain("ci-variables");
    expect(nodes).not.toContain("child_process");
    expect((await loadedIn({})).ours).not.toContain("ci-variables");
  });

  it("by events send is no format of a monitoring system, and with --from that one", async () => {
    const all = ["alertmanager", "cloudwatch", "datadog", "fields", "read"];
    const formatsOf = async (...words: string[]) =>
      (await loadedBy(["events", "send", ...words])).ours.filter((name) => all.includes(name));
    expect(await formatsOf()).toEqual([]);
    expect(await formatsOf("--from", "datadog")).toEqual(["datadog", "fields", "read"]);
  });

  it.each([
    ["--help"],
    ["__complete", "profiles"],
    ["__complete", "incidents"],
    ["incidents", "list"],
    ["incidents", "show", "inc_1"],
    ["incidents", "ack", "inc_1"],
    ["events", "trigger", "x"],
    ["events", "resolve", "x"],
    ["deploy", "started"],
    ["run", "--", "true"],
    ["status"],
    ["prompt"],
    ["oncall"],
    ["whoami"],
    ["keys", "validate"],
    ["profiles", "list"],
  ])("by %s %s is nothing that is packed with what is used rarely", async (...words) => {
    const nothing = JSON.stringify({ incidents: [], schedules: [], services: [], teams: [], users: [] });
    const url = `http://127.0.0.1:${await listen(createServer((_, response) => void response.end(nothing)))}`;
    const { ours, rare } = await loadedBy(words, { profiles: profilesAt(url), env: { ONDUTY_PROFILE: "opsknight" } });
    expect(ours).toContain("core");
    expect(rare).toEqual([]);
  });

  it("by doctor is packed with what is used rarely", async () => {
    expect((await loadedBy(["doctor", "--paths"])).rare).not.toEqual([]);
  });

  it("by mcp alone is the library of its protocol", async () => {
    const { ours } = await loadedBy(["mcp"]);
    expect(ours.filter((name) => name === "mcp").length).toBeGreaterThan(0);
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    for (const words of [["--help"], ["incidents", "list"], ["profiles", "list"]])
      expect((await loadedBy(words, vendor.url)).ours).not.toContain("mcp");
  });

  it("by incidents watch in a pipe is nothing that draws or reads keys", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const { ours, nodes } = await loadedBy(["incidents", "watch", "--until-empty"], vendor.url);
    expect(ours).toEqual([...core, "http", "incident-work", "incidents", "opsknight", "shared", "undici"].sort());
    expect(nodes.filter((name) => ["tty", "readline", "child_process"].includes(name))).toEqual([]);
  });
});

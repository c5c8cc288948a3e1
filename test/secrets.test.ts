import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { redact } from "../src/keys/mask.ts";
import { type RunOptions, run } from "./support/harness.ts";
import { fakeKeys, homeWith, profilesAt } from "./support/profiles.ts";
import { someOf } from "./support/rounds.ts";
import { type FakeVendor, fakeVendor } from "./support/vendor.ts";

/** The part of each key that no masked form shows. */
const secretParts = Object.values(fakeKeys).map((key) => key.slice(8, -4));

function expectNoKey(text: string, where: string): void {
  if (secretParts.some((part) => text.includes(part))) expect.fail(`${where} has a key: ${text}`);
}

/** Answers everything, and writes the key it was sent into whatever it says. */
async function echoingVendor(status: number, type = "application/json"): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const routes = [
    "GET /api/incidents",
    "GET /api/services",
    "GET /api/schedules",
    "GET /api/users",
    "GET /api/teams",
    "POST /api/events",
    "GET /api/incidents/inc_1",
    "PATCH /api/incidents/inc_1",
    "POST /incident/list",
    "POST /incident/list-by-ids",
    "POST /incident/info",
    "POST /schedule/list",
    "POST /member/info",
    "POST /account/info",
    "POST /event/push/alert/standard",
    "POST /alert/list",
    "GET /api/auth-context",
  ];
  for (const route of routes) {
    vendor.handle(route, ({ headers, query }, response) => {
      const said = `you sent ${headers.authorization ?? headers["x-auth-token"] ?? JSON.stringify(query)} to ?app_key=${query.app_key ?? ""}`;
      const body = { error: { code: "BROKEN", message: said }, message: said, request_id: "req_1" };
      response.writeHead(status, {
        "content-type": type,
        location: `https://evil.test/?k=${headers.authorization ?? ""}`,
      });
      response.end(type.includes("html") ? `<html>${said}</html>` : JSON.stringify(body));
    });
  }
  return vendor;
}

const commands = [
  "incidents list",
  "incidents show inc_1",
  "incidents ack inc_1",
  "oncall",
  "keys validate",
  "keys list",
  "profiles show",
  "profiles list",
  "whoami",
  "events trigger broken --dedup-key k",
  "events resolve k",
  "events ack k",
  "spool list --json",
  "spool show x",
];

const repeated = [
  ["opsknight", 400, "application/json"],
  ["opsknight", 302, "application/json"],
  ["opsknight", 502, "text/html"],
  ["flashduty", 400, "application/json"],
  ["flashduty", 200, "application/json"],
  ["flashduty", 500, "text/html"],
  ["flotiq", 403, "application/json"],
  ["flotiq", 500, "application/json"],
] as const;

describe("a key", () => {
  it.each(repeated.map((one, at) => [...one, at] as const))(
    "is in no output and no file, even when %s repeats it with %i",
    async (profile, status, type, at) => {
      const vendor = await echoingVendor(status, type);
      for (const [turn, command] of commands.entries()) {
        const setting: RunOptions = { home: await homeWith(profilesAt(vendor.url)) };
        for (const options of someOf(["", "--json", "--debug", "--debug --json"], 2, turn + at)) {
          const { stdout, stderr, home } = await run(
            `${command} --profile ${profile} --max-wait 0 ${options}`,
            setting,
          );
          expectNoKey(stdout, `${command} ${options} stdout`);
          expectNoKey(stderr, `${command} ${options} stderr`);
          const state = join(home, ".local");
          const files = await readdir(state, { recursive: true, withFileTypes: true }).catch(() => []);
          for (const file of files.filter((one) => one.isFile())) {
            expectNoKey(await readFile(join(file.parentPath, file.name), "utf8"), file.name);
          }
        }
      }
      expect(vendor.requests.length).toBeGreaterThan(0);
    },
  );

  it.each([
    "--output sk_live_fake_typed_0001 incidents list",
    "sk_live_fake_typed_0001",
    "keys sk_live_fake_typed_0001",
    "--no-such=sk_live_fake_typed_0001",
    "help sk_live_fake_typed_0001",
    "completion sk_live_fake_typed_0001",
    "profiles add p --provider flotiq --keyring=sk_live_fake_typed_0001",
    "profiles add p --provider flotiq --key-env X --proxy user:sk_live_fake_typed_0001@127.0.0.1:1",
    "profiles add p --provider flotiq --key-env X --proxy user:fake_typed_0001@127.0.0.1:1",
  ])("is not repeated where it was typed by mistake: %s", async (line) => {
    for (const options of ["", " --json", " --debug"]) {
      const { code, stdout, stderr } = await run(line + options);
      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain("fake_typed_0001");
    }
  });

  it("is masked in a key command that holds it, and that is reported", async () => {
    const add = 'profiles add p --provider flotiq --key-command "echo sk_live_fake_typed_0001"';
    const { code, stderr, home } = await run(add);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: a key stands in the key command itself/);
    const config = await readFile(join(home, ".config/onduty/config.json"), "utf8");
    const { profiles } = JSON.parse(config) as { profiles: Record<string, unknown> };
    const listed = await run("keys list --json", { profiles });
    const shown = await run("profiles show p", { profiles });
    expect(listed.stdout).toContain("command: echo sk_live_…0001");
    expect(shown.stdout).toContain("command: echo sk_live_…0001");
  });

  it.each([
    ["in the config file", { profiles: { p: { provider: "sk_live_fake_typed_0001", baseUrl: "https://x.test" } } }],
    ["in ONDUTY_PROVIDER", { env: { ONDUTY_PROVIDER: "sk_live_fake_typed_0001" } }],
  ])("is not repeated where it stands for a provider %s", async (_, setting) => {
    for (const line of ["profiles list", "profiles list --json", "doctor", "doctor --json", "keys list"]) {
      const { stdout, stderr } = await run(line, setting);
      expect(stdout + stderr).not.toContain("fake_typed_0001");
    }
  });

  it("goes to no other host", async () => {
    const vendor = await echoingVendor(307);
    const { code, stderr } = await run("incidents list", { profiles: profilesAt(vendor.url) });
    expect(code).toBe(1);
    expect(stderr).toContain("refused a redirect to evil.test: the key is sent only to");
  });

  it.each([
    ["as it is", "key sk_live_fake_0123456789abcdef here", "key sk_live_…cdef here"],
    ["encoded for a URL", "?k=fake%2Fwith%20space%2B0001&x", "?k=…0001&x"],
    ["in a query of another name", "GET /x?app_key=whatever&y=1", "GET /x?app_key=…&y=1"],
    ["in a header", "authorization: Bearer whatever-it-is", "authorization: Bearer …"],
    ["where an option belongs", "unknown option '--sk_live_0123456789abc'", "unknown option '--sk_live_…9abc'"],
    ["within a command", "sh -c 'echo ok_0123456789abcdefghijkl'", "sh -c 'echo ok_…ijkl'"],
    ["masked before", "sk_live_…cdef, ok_…ijkl", "sk_live_…cdef, ok_…ijkl"],
    ["in a proxy's address", "http://user:pass@proxy.test:3128", "http://user:…@proxy.test:3128"],
  ])("is masked %s", (_, text, expected) => {
    expect(redact(text, ["sk_live_fake_0123456789abcdef", "fake/with space+0001"])).toBe(expected);
  });
});

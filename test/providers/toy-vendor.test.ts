import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { VendorDescriptor } from "../../src/providers/descriptor.ts";
import { vendors } from "../../src/providers/index.ts";
import { type RunOptions, run } from "../support/harness.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";
import { toyVendor } from "./toy/descriptor.ts";

/*
 * A vendor is one folder and one line. The folder is `toy/`, the line is `list` below: everything else of the program finds
 * the vendor by itself.
 */

const key = "toy_fake_0123456789ab";
const routingKey = "FAKEFAKEFAKEFAKEFAKE0001";

interface Toy {
  rest: FakeVendor;
  events: FakeVendor;
  list: readonly VendorDescriptor[];
}

async function startToy(): Promise<Toy> {
  const [rest, events] = await Promise.all([fakeVendor(), fakeVendor()]);
  rest
    .reply("GET /me", 200, { name: "Ada Lovelace" }, { "x-toy-trace": "trace-1" })
    .reply("GET /pages", 200, { pages: [{ id: "p1", title: "Disk full", state: "new" }] });
  return { rest, events, list: [...vendors, toyVendor({ baseUrl: rest.url, eventsUrl: events.url })] };
}

/** Runs command lines with the toy vendor in the list, in one home with a profile of it. */
async function setUp() {
  const toy = await startToy();
  const home = await tempDir();
  const onduty = (commandLine: string, options: RunOptions = {}) =>
    run(commandLine, { home, vendors: toy.list, ...options });
  const added = await onduty(`profiles add toys --provider toy --base-url ${toy.rest.url}/v9/ --stdin`, {
    stdin: `${key}\n`,
  });
  expect(added).toMatchObject({ code: 0, stdout: "" });
  return { ...toy, home, onduty };
}

/** Everything that is written in the files of a folder. */
async function textsBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")))).join("\n");
}

describe("a vendor that a list has", () => {
  it("is asked for a user at a terminal, and takes no routing key that is one of its keys", async () => {
    const { onduty, home } = await setUp();
    const refused = await onduty(`profiles add x --provider toy --key-env K --routing-key ${routingKey}`);
    expect(refused.code).toBe(ExitCode.usage);
    expect(refused.stderr).toContain("hint: onduty keys set x --kind integration");
    expect(refused.stderr).not.toContain(routingKey);
    const asked = await onduty("profiles add y --provider toy --key-env K", {
      tty: true,
      answers: ["ada@example.test"],
    });
    expect(asked.stderr).toContain("E-mail address for changes (empty for none)");
    expect(await textsBelow(join(home, ".config"))).toContain("ada@example.test");
  });

  it("has profiles; its address is stored without the path of its routes, and its key is shown masked", async () => {
    const { onduty, rest } = await setUp();
    expect((await onduty("profiles list")).stdout).toBe(`toys\ttoy\t${rest.url}\tapi\t\n`);
    expect((await onduty("keys list")).stdout).toBe("toys\ttoy\tapi\ttoy_…89ab\tconfig file\n");
    expect((await onduty("profiles show")).stdout).toContain("api key\ttoy_…89ab\tprofile, config file\n");
    await onduty("profiles add far --provider toy --key-env TOY_KEY");
    expect((await onduty("profiles list")).stdout).toContain("far\ttoy\thttps://api.toy.example\tapi\t\n");
  });

  it("is a word like any other to a program without it", async () => {
    const { onduty, home } = await setUp();
    const refused = await run("profiles add more --provider toy --key-env TOY_KEY", { home: await tempDir() });
    expect(refused.code).toBe(ExitCode.usage);
    expect(refused.stderr).toContain('"toy" is not a provider; known: opsknight, flashduty, flotiq, pagerduty\n');
    const unknown = await run("incidents list", { home });
    expect(unknown).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(unknown.stderr).toContain('profile "toys" has no provider that is known: "toy"');
    const mistyped = await onduty("profiles add more --provider toi --key-env TOY_KEY");
    expect(mistyped.stderr).toContain(
      "known: opsknight, flashduty, flotiq, pagerduty, toy\nhint: onduty profiles add more --provider toy\n",
    );
  });

  it("has its keys checked, in each kind that it has", async () => {
    const { onduty, rest } = await setUp();
    await onduty("keys set toys --kind integration --stdin", { stdin: `${routingKey}\n` });
    const { code, stdout } = await onduty("keys validate --json");
    expect(JSON.parse(stdout)).toMatchObject([
      {
        profile: "toys",
        provider: "toy",
        key: "toy_…89ab",
        kind: "toy",
        status: "valid",
        account: { name: "Ada Lovelace" },
        requestId: "trace-1",
      },
      { key: "…0001", kind: "integration", status: "unknown", message: "cannot be checked" },
    ]);
    expect(code).toBe(ExitCode.ok);
    expect(rest.requests[0]?.headers["x-toy-token"]).toBe(key);
  });

  it("has its incidents listed and worked on", async () => {
    const { onduty, rest } = await setUp();
    const { code, stdout } = await onduty("incidents list --json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ id: "p1", title: "Disk full", status: "open", provider: "toy" }]);

    const alone = await onduty("incidents ack p1 --json");
    expect(alone.code).toBe(ExitCode.usage);
    expect(alone.stderr).toContain("Toy Pager needs the e-mail address of a person for writes");
    rest.reply("PUT /pages/p1", 200, { id: "p1", title: "Disk full", state: "acked" });
    const acked = await onduty("incidents ack p1 --json", { env: { ONDUTY_USER: "ada@toy.example" } });
    expect(JSON.parse(acked.stdout)).toMatchObject([{ id: "p1", outcome: "acknowledged", status: "acknowledged" }]);
    expect(rest.requests.at(-1)).toMatchObject({
      method: "PUT",
      body: { state: "acked" },
      headers: { "x-toy-from": "ada@toy.example" },
    });
  });

  it("lacks what its descriptor does not name", async () => {
    const { onduty } = await setUp();
    const refused = await onduty("oncall");
    expect(refused).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(refused.stderr).toContain("toy has no on-call schedules");
  });

  it("has events sent to a host of their own, with the key in the body and nowhere else", async () => {
    const { onduty, rest, events, home } = await setUp();
    await onduty("keys set toys --kind integration --stdin", { stdin: `${routingKey}\n` });
    const trigger = 'events trigger "Disk full" --dedup-key d1 --max-wait 0s --json';
    const planned = await onduty(`${trigger} --dry-run`);
    expect(JSON.parse(planned.stdout)).toEqual([
      { method: "POST", route: "/enqueue", query: {}, body: { what: "Disk full", key: "d1" } },
    ]);
    expect([rest.requests, events.requests]).toEqual([[], []]);

    events.reply("POST /enqueue", 503).reply("POST /enqueue", 202, {}, { "x-toy-trace": "trace-2" });
    const queued = await onduty(trigger);
    const { delivery, spoolId } = JSON.parse(queued.stdout) as { delivery: string; spoolId: string };
    expect(delivery).toBe("spooled");
    const shown = await onduty(`spool show ${spoolId} --json`);
    expect(JSON.parse(shown.stdout)).toMatchObject({ provider: "toy", event: { dedupKey: "d1" } });
    const written = await textsBelow(join(home, ".local/state"));
    expect(written).toContain("Disk full");
    expect(written).not.toContain(routingKey);

    expect((await onduty("spool flush")).code).toBe(0);
    const sent = { body: { what: "Disk full", key: "d1", toy_key: routingKey } };
    expect(events.requests).toMatchObject([sent, sent]);
    expect(events.requests[0]?.headers["x-toy-token"]).toBeUndefined();
    expect(rest.requests).toEqual([]);
  });

  it("is read from its own variables, which are masked and explained", async () => {
    const { onduty, rest } = await setUp();
    const env = { ONDUTY_PROVIDER: "toy", ONDUTY_BASE_URL: rest.url, TOY_TOKEN: key };
    const { stdout } = await onduty("keys list", { env });
    expect(stdout).toContain("env\ttoy\tapi\ttoy_…89ab\tenvironment: TOY_TOKEN\n");
    rest.reply("GET /pages", 400, { reason: `${key} may not read pages` }, { "x-toy-trace": "trace-3" });
    rest.requests.splice(0);
    await onduty("incidents list", { env });
    const failed = await onduty("incidents list --json", { env });
    expect(failed.code).toBe(ExitCode.failure);
    expect(JSON.parse(failed.stderr)).toMatchObject({
      error: { message: "GET /pages: toy_…89ab may not read pages (400)", requestId: "trace-3" },
    });

    const help = (await onduty("help environment")).stdout;
    expect(help.replaceAll(/\s+/g, " ")).toContain(
      "ONDUTY_PROVIDER opsknight, flashduty, flotiq, pagerduty or toy; makes it apply ",
    );
    expect(help).toContain("TOY_TOKEN               the same as ONDUTY_API_KEY, on toy\n");
    expect(help).toContain("TOY_ROUTING_KEY         the same as ONDUTY_INTEGRATION_KEY, on toy\n");
    const rows = JSON.parse((await onduty("help environment --json")).stdout) as { name: string }[];
    expect(rows.map(({ name }) => name)).toContain("TOY_TOKEN");
    expect((await onduty("help profiles")).stdout.replaceAll(/\s+/g, " ")).toContain(
      "on Toy Pager everything but sending events, there it is called toy token",
    );
  });

  it("has a key recognized that stands in a wrong place or in the text of another", async () => {
    const { onduty } = await setUp();
    const shown = await onduty(`profiles use ${key}`);
    expect(shown).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(shown.stderr).toContain("toy_…89ab");
    expect(shown.stderr).not.toContain(key);
    expect((await onduty(`keys set ${key}`)).stderr).toContain("shell's history");
    const stored = await onduty("profiles add second --provider toy --stdin", { stdin: routingKey });
    expect(stored.stderr).toContain("warning: the key looks like an integration key and is stored as one");
    expect((await onduty("keys list")).stdout).toContain("second\ttoy\tintegration\t…0001\tconfig file\n");
    const odd = await onduty("keys set toys --kind integration --stdin", { stdin: "toy_fake_ffffffffffff" });
    expect(odd.stderr).toContain("warning: this looks like an API key; store it with --kind api\n");
  });

  it("is examined by doctor", async () => {
    const { onduty, rest } = await setUp();
    rest.reply("HEAD /", 200);
    const { code, stdout } = await onduty("doctor --json --profile toys");
    const findings = JSON.parse(stdout) as { check: string; status: string; message: string }[];
    expect(code).toBe(0);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: "profile", status: "ok", message: `toy at ${rest.url}, the current profile` }),
    );
    expect(findings).toContainEqual(expect.objectContaining({ check: "key", status: "ok", message: "api key: valid" }));
  });

  it("is offered by completions", async () => {
    const { onduty } = await setUp();
    for (const shell of ["bash", "zsh", "fish", "powershell"]) {
      const [own, others] = await Promise.all([onduty(`completion ${shell}`), run(`completion ${shell}`)]);
      const known = new Set(others.stdout.split("\n"));
      const added = own.stdout.split("\n").filter((line) => !known.has(line));
      expect(added.join("\n"), shell).toMatch(/pagerduty\W+toy\b/);
    }
  });
});

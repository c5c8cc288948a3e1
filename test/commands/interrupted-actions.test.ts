import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run, start } from "../support/harness.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";
import { open, setUp } from "./dashboard-vendor.ts";

/** Starts a command, and interrupts it when the vendor got a write, which it never answers. */
async function interrupted(line: string, name: "SIGINT" | "SIGTERM" = "SIGINT") {
  const { vendor, state, env, writes } = await setUp([open("inc_1"), open("inc_2")]);
  vendor.reply("GET /api/services", 200, { services: [{ id: "svc_1", name: "Checkout" }] });
  vendor.handle("POST /api/incidents", () => {});
  state.silent = true;
  const me = { ONDUTY_SERVICE: "svc_1", ONDUTY_USER: "0f8fad5b-d9cb-469f-a165-70867728950e" };
  const running = await start(line, { env: { ...env, ...me }, home: env.HOME });
  await expect.poll(writes).not.toEqual([]);
  running.interrupt(name);
  return running.ended;
}

describe("an action that is interrupted when its request has left", () => {
  it.each([
    ["ack inc_1", "it is not known whether inc_1 was acknowledged; look: onduty incidents show inc_1"],
    ["resolve inc_1", "it is not known whether inc_1 was resolved; look: onduty incidents show inc_1"],
    [
      "ack inc_1 inc_2",
      "it is not known whether 2 incidents were acknowledged; look: onduty incidents show inc_1 inc_2",
    ],
    ["snooze inc_1", "it is not known whether inc_1 was snoozed; look: onduty incidents show inc_1"],
    ["assign inc_1 --to me", "it is not known whether inc_1 was assigned; look: onduty incidents show inc_1"],
    ["update inc_1 --urgency low", "it is not known whether inc_1 was updated; look: onduty incidents show inc_1"],
  ])("does not claim that nothing was done: %s", async (line, message) => {
    const { code, stderr } = await interrupted(`incidents ${line}`);
    expect({ code, stderr }).toEqual({ code: ExitCode.interrupted, stderr: `error: ${message}\n` });
  });

  it("is 143 after SIGTERM", async () => {
    expect((await interrupted("incidents ack inc_1", "SIGTERM")).code).toBe(ExitCode.terminated);
  });

  it("may have created something", async () => {
    const { code, stderr } = await interrupted("incidents create 'Disk full'");
    expect(code).toBe(ExitCode.interrupted);
    expect(stderr).toContain("it is not known whether it was created; look: onduty incidents list");
  });

  it("says nothing of the kind before a write has left", async () => {
    const vendor = await fakeVendor();
    let asked = false;
    vendor.handle("GET /api/incidents/inc_1", () => {
      asked = true;
    });
    const env = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: vendor.url, ONDUTY_API_KEY: "sk_test_fake_stop_0001" };
    const running = await start("incidents ack inc_1", { env });
    await expect.poll(() => asked).toBe(true);
    running.interrupt();
    expect(await running.ended).toMatchObject({ code: ExitCode.interrupted, stderr: "error: interrupted\n" });
  });
});

describe("the outcome of an action at a terminal", () => {
  const rows = [open("inc_1"), open("inc_2", { status: "ACKNOWLEDGED" }), open("inc_3")];

  it("has the title and the way back", async () => {
    const { env } = await setUp(rows);
    const { stdout, stderr } = await run("incidents ack inc_1", { env: { ...env, NO_COLOR: "1" }, tty: true });
    expect(stdout).toBe("acknowledged  Title of inc_1  (inc_1); undo: onduty incidents unack inc_1\n");
    expect(stderr).toBe("");
    const resolved = await run("incidents resolve inc_1", { env: { ...env, NO_COLOR: "1" }, tty: true });
    expect(resolved.stdout).toBe("resolved  Title of inc_1  (inc_1); undo: onduty incidents reopen inc_1\n");
  });

  it("names the profile in the way back where the command line did", async () => {
    const { vendor } = await setUp(rows);
    const options = { profiles: profilesAt(vendor.url), tty: true, env: { NO_COLOR: "1" } };
    const { stdout } = await run("incidents ack inc_1 -p opsknight", options);
    expect(stdout).toBe("acknowledged  Title of inc_1  (inc_1); undo: onduty incidents unack inc_1 -p opsknight\n");
  });

  it("is a sum after many, and says each thing once", async () => {
    const { env, state } = await setUp(rows);
    state.refuses.set("inc_3", { status: 422, message: "it is locked" });
    const { code, stdout, stderr } = await run("incidents ack inc_1 inc_2 inc_3", {
      env: { ...env, NO_COLOR: "1" },
      tty: true,
    });
    expect(code).toBe(ExitCode.partial);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("acknowledged  Title of inc_1  (inc_1)");
    expect(lines[1]).toContain("already       Title of inc_2  (inc_2) was acknowledged already");
    expect(lines[2]).toMatch(/^failed {8}.*inc_3.*it is locked/);
    expect(lines[3]).toBe("1 acknowledged, 1 already, 1 failed; undo: onduty incidents unack inc_1");
    expect(stderr).not.toContain("already");
  });

  it("is nothing but the error where the only one failed", async () => {
    const { env, state } = await setUp(rows);
    state.rows = [];
    const { code, stdout, stderr } = await run("incidents ack inc_1", { env: { ...env, NO_COLOR: "1" }, tty: true });
    expect({ code, stdout }).toEqual({ code: ExitCode.notFound, stdout: "" });
    expect(stderr).toMatch(/^error: could not acknowledge inc_1: .*\n/);
  });

  it("stays a row in a pipe, and in every other format", async () => {
    const { env } = await setUp(rows);
    expect((await run("incidents ack inc_1", { env })).stdout).toMatch(/^inc_1\tacknowledged\tacknowledged\t/);
    const { stdout } = await run("incidents ack inc_3 --json", { env: { ...env, NO_COLOR: "1" }, tty: true });
    expect(Object.keys(JSON.parse(stdout)[0])).toEqual(["id", "outcome", "status", "by", "at", "error"]);
  });
});

describe("an action in several requests that is interrupted", () => {
  it("is in doubt for the incidents of that request, and not tried for those behind it", async () => {
    const ids = Array.from({ length: 250 }, (_, index) => (0x65a1b2c3d4e5f60718293000n + BigInt(index)).toString(16));
    const vendor = await fakeVendor();
    vendor.reply("POST /incident/list-by-ids", 400, { error: { code: "InvalidParameter", message: "no" } });
    let writes = 0;
    vendor.handle("POST /incident/ack", (_, response) => {
      writes += 1;
      if (writes === 1) response.writeHead(200, { "content-type": "application/json" }).end('{"data":{}}');
    });
    const env = { ONDUTY_PROVIDER: "flashduty", ONDUTY_BASE_URL: vendor.url, ONDUTY_API_KEY: fakeKeys.flashduty };
    const running = await start(`incidents ack ${ids.join(" ")} --json`, { env });
    await expect.poll(() => writes).toBe(2);
    running.interrupt();
    const { code, stdout } = await running.ended;
    expect(code).toBe(ExitCode.interrupted);
    const rows = JSON.parse(stdout) as { error: string | null }[];
    expect(rows).toHaveLength(250);
    expect(rows[150]?.error).toBe("interrupted before a response came: it is not known whether it was done");
    expect(rows[249]?.error).toBe("not tried: interrupted");
  });
});

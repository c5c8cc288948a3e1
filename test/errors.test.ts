import { describe, expect, it } from "vitest";
import { CliError, Declined, ExitCode, Interrupted, mayHaveSucceeded } from "../src/errors.ts";
import { run } from "./support/harness.ts";
import { profilesAt } from "./support/profiles.ts";
import { fakeVendor } from "./support/vendor.ts";

describe("an error", () => {
  it("is steered by its reason, never by what a vendor calls it", () => {
    expect(mayHaveSucceeded(new CliError("network", "no response", { reason: "maybeSent" }))).toBe(true);
    expect(mayHaveSucceeded(new CliError("failure", "no", { status: 400, code: "maybeSent" }))).toBe(false);
  });

  it("keeps everything that is not named when it is reworded", () => {
    const error = new CliError("rateLimited", "slow down", {
      status: 429,
      code: "X",
      reason: "notListed",
      systemCode: "EPIPE",
      requestId: "req_1",
      retryable: true,
      retryAfterMs: 5,
      hint: "wait",
    });
    const { message: _, cause: __, ...rest } = error.reworded("could not list: slow down");
    expect(rest).toEqual({ ...error });
    const changed = error.reworded("no", { kind: "failure", hint: "other" });
    expect(changed).toMatchObject({ kind: "failure", message: "no", hint: "other", status: 429, cause: error });
  });

  it("of an interrupt is named after the signal that ended the work", () => {
    expect(new Interrupted()).toMatchObject({ kind: "interrupted", message: "interrupted", exitCode: 130 });
    expect(new Interrupted({ reason: "SIGINT" }).exitCode).toBe(ExitCode.interrupted);
    expect(new Interrupted({ reason: "SIGTERM" })).toMatchObject({ kind: "terminated", exitCode: 143 });
  });

  it("of a question that was declined is a usage error", () => {
    expect(new Declined()).toMatchObject({ kind: "usage", message: "nothing was changed", exitCode: 2 });
  });
});

describe("the JSON of an error", () => {
  const codeOf = async (commandLine: string, baseUrl: string) => {
    const { stderr } = await run(`${commandLine} --json --max-wait 0`, { profiles: profilesAt(baseUrl) });
    return (JSON.parse(stderr) as { error: { code: string | null } }).error.code;
  };

  it("shows the vendor's code, else our reason, else the code of the system", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 400, { error: { code: "VALIDATION_ERROR", message: "no" } });
    expect(await codeOf("incidents list", vendor.url)).toBe("VALIDATION_ERROR");
    vendor.handle("GET /api/incidents", (_, response) => void response.socket?.resetAndDestroy());
    expect(await codeOf("incidents list", vendor.url)).toBe("maybeSent");
    expect(await codeOf("incidents list", "http://127.0.0.1:1")).toBe("ECONNREFUSED");
  });

  it("of a thing that is not there is not that of a server without the route, whatever the vendor's code", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/schedules", 200, { schedules: [{ id: "sch_1", name: "Primary" }] });
    vendor.reply("GET /api/schedules/sch_1/on-call", 404, { error: { code: "routeNotFound", message: "no" } });
    const { stderr } = await run("oncall", { profiles: profilesAt(vendor.url) });
    expect(stderr).not.toContain("does not publish");
  });
});

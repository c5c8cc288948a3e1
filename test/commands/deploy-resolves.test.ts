import { expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import type { Sent } from "./runs.ts";

/** What OpsKnight gets of deploys one after the other: `trigger KEY`. */
async function sentBy(commandLines: readonly string[], env: Record<string, string> = {}): Promise<string[][]> {
  const vendor = await fakeVendor();
  vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered" } });
  const profile = { provider: "opsknight", baseUrl: vendor.url, apiKey: { text: "sk_test_fake_2" }, service: "svc_1" };
  const home = await tempDir();
  const sent: string[][] = [];
  for (const one of commandLines) {
    vendor.requests.length = 0;
    const { code } = await run(`deploy ${one}`, { profiles: { prod: profile }, home, env });
    expect(code).toBe(0);
    sent.push(vendor.requests.map(({ body }) => `${(body as Sent).event_action} ${(body as Sent).dedup_key}`));
  }
  return sent;
}

const web = "--change-key web --environment prod";
const [failure, start] = ["resolve web:prod", "resolve web:prod:started"];

it("does not resolve a failure again after a success", async () => {
  const sent = await sentBy([1, 2, 3].map((version) => `${web} --status succeeded --version ${version}`));
  expect(sent).toEqual([[failure, start], [start], [start]]);
});

it("resolves a failure after a failure, of whatever version", async () => {
  const sent = await sentBy([
    `${web} --status succeeded`,
    `${web} --status started`,
    `${web} --status failed --version 2`,
    `${web} --status canceled`,
    `${web} --status succeeded --version 3`,
    `${web} --status succeeded`,
  ]);
  expect(sent).toEqual([
    [failure, start],
    ["trigger web:prod:started"],
    ["trigger web:prod", start],
    [start],
    [failure, start],
    [start],
  ]);
});

it("keeps targets apart", async () => {
  const sent = await sentBy([`${web} --status succeeded`, "--change-key web --environment dev --status succeeded"]);
  expect(sent[1]).toEqual(["resolve web:dev", "resolve web:dev:started"]);
});

it("resolves a failure with every success in CI, where the last deploy may have been on another machine", async () => {
  const sent = await sentBy(Array(2).fill(`${web} --status succeeded`), { CI: "true", GITHUB_ACTIONS: "true" });
  expect(sent).toEqual([
    [failure, start],
    [failure, start],
  ]);
});

it.each(["succeeded", "canceled"])("is quiet about a deploy that has %s while nothing was open", async (status) => {
  const vendor = await fakeVendor();
  const result = { action: "ignored", reason: "No matching incident to resolve" };
  vendor.reply("POST /api/events", 202, { status: "success", result });
  const profile = { provider: "opsknight", baseUrl: vendor.url, apiKey: { text: "sk_test_fake_2" }, service: "svc_1" };
  const deploy = (more = "") => run(`deploy ${web} --status ${status}${more}`, { profiles: { prod: profile } });
  expect(await deploy()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("\tdelivered\tignored\t"),
    stderr: 'nothing was open under "web"\n',
  });
  expect(await deploy(" --quiet")).toMatchObject({ code: 0, stderr: "" });
});

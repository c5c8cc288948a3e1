import { expect, it } from "vitest";
import { bareEnv, start } from "../support/process.ts";
import { homeWith, profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const rule = "69b3c426b4a6f5abf1f54873";
const create = "/channel/silence/rule/create";
const remove = "/channel/silence/rule/delete";

async function setUp() {
  const vendor = await fakeVendor();
  const done = { request_id: "fd-1", data: { rule_id: rule, rule_name: "x", alert_key: "k" } };
  for (const path of [create, remove, "/event/push/alert/standard"]) vendor.reply(`POST ${path}`, 200, done);
  vendor.reply("POST /channel/list", 200, {
    request_id: "fd-2",
    data: { items: [{ channel_id: 4100000000001, channel_name: "Checkout" }], total: 1, has_next_page: false },
  });
  vendor.reply("POST /alert/list", 200, { request_id: "fd-3", data: { items: [], total: 0, has_next_page: false } });
  const env = bareEnv(await homeWith(profilesAt(vendor.url)), { ONDUTY_PROFILE: "flashduty" });
  const line = (code: string) => [
    "run",
    "--silence",
    "30m",
    "--service",
    "checkout",
    "--",
    process.execPath,
    "-e",
    code,
  ];
  const of = (path: string) => vendor.requests.filter((seen) => seen.path === path);
  return { vendor, env, line, of };
}

it("run --silence silences the service while the command runs, and ends it with the command", async () => {
  const { env, line, of } = await setUp();
  const { code } = await start(line("setTimeout(() => process.exit(3), 200)"), env).ended;
  expect(code).toBe(3);
  expect(of(create)).toHaveLength(1);
  expect(of(remove).map(({ body }) => body)).toEqual([{ channel_id: 4100000000001, rule_id: rule }]);
});

it("run --silence leaves a silence behind that ends by itself when it is killed", async () => {
  const { env, line, of } = await setUp();
  const began = Date.now() / 1000;
  const { child, ended } = start(line("setTimeout(() => {}, 4000)"), env);
  await expect.poll(() => of(create).length, { timeout: 10_000 }).toBe(1);
  child.kill("SIGKILL");
  await ended;
  const [body] = of(create).map((seen) => seen.body as { time_filter: { start_time: number; end_time: number } });
  const { start_time: first, end_time: last } = body?.time_filter ?? { start_time: 0, end_time: Number.NaN };
  expect(last - first).toBeLessThanOrEqual(1801);
  expect(last).toBeLessThanOrEqual(began + 1800 + 30);
  expect(of(remove)).toEqual([]);
});

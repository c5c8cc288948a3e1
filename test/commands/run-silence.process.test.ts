import { expect, it } from "vitest";
import { bareEnv, start } from "../support/process.ts";
import { homeWith, profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const rule = "69b3c426b4a6f5abf1f54873";
const create = "/channel/silence/rule/create";
const remove = "/channel/silence/rule/delete";

async function setUp(answered = [create, remove, "/event/push/alert/standard"]) {
  const vendor = await fakeVendor();
  const done = { request_id: "fd-1", data: { rule_id: rule, rule_name: "x", alert_key: "k" } };
  for (const path of answered) vendor.reply(`POST ${path}`, 200, done);
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

it.each([
  ["", 200],
  [", or cannot be ended", 403],
])("run --silence reports the failure once the silence is over%s", async (_, status) => {
  const { vendor, env, line } = await setUp([create]);
  const done: string[] = [];
  const body = status === 200 ? { data: {} } : { error: { code: "AccessDenied" } };
  vendor.handle(`POST ${remove}`, async (_seen, response) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    done.push("removed");
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ request_id: "fd-9", ...body }));
  });
  vendor.handle("POST /event/push/alert/standard", (_seen, response) => {
    done.push("reported");
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ request_id: "fd-9", data: { alert_key: "k" } }));
  });
  const { code } = await start(line("setTimeout(() => process.exit(3), 200)"), env).ended;
  expect({ code, done }).toEqual({ code: 3, done: ["removed", "reported"] });
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

it("deploy --silence leaves a silence behind that ends by itself when it is killed, and that the end of the deploy finds", async () => {
  const { vendor, env, of } = await setUp([remove]);
  const rules: { rule_id: string; time_filter: { start_time: number; end_time: number } }[] = [];
  vendor.reply("POST /event/push/change/standard", 200, { request_id: "fd-4" });
  // The vendor has the silence; its response never comes.
  vendor.handle(`POST ${create}`, ({ body }) => {
    rules.push({ ...(body as (typeof rules)[0]), rule_id: rule });
  });
  vendor.handle("POST /channel/silence/rule/list", (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ request_id: "fd-5", data: { items: rules } }));
  });
  const began = Math.floor(Date.now() / 1000);
  const deploy = (status: string) =>
    start(["deploy", "--silence", "30m", "--service", "4100000000001", "--change-key", "c-1", "--status", status], env);
  const { child, ended } = deploy("started");
  await expect.poll(() => rules.length, { timeout: 10_000 }).toBe(1);
  child.kill("SIGKILL");
  expect((await ended).signal).toBe("SIGKILL");
  const [{ time_filter: span }] = rules as [(typeof rules)[0]];
  expect(span.start_time).toBeGreaterThanOrEqual(began - 1);
  expect(span.end_time - span.start_time).toBeLessThanOrEqual(1801);
  // Nothing else makes it come again.
  expect(rules[0]).not.toHaveProperty("time_filters");
  expect((await deploy("succeeded").ended).code).toBe(0);
  expect(of(remove).map(({ body }) => body)).toEqual([{ channel_id: 4100000000001, rule_id: rule }]);
});

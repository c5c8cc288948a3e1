import { describe, expect, it } from "vitest";
import { parseChaos } from "../../src/sandbox/chaos.ts";
import { run } from "../support/harness.ts";
import { Description, type Exchange, recorder } from "./flashduty-openapi.ts";
import { ask, lastDays, start } from "./support.ts";

/** Where the vendor's OpenAPI of its on-call product lies. It is no part of this project. */
const file = process.env.ONDUTY_FLASHDUTY_OPENAPI;

describe.runIf(file !== undefined)("the sandbox's Flashduty, by the vendor's OpenAPI", () => {
  const description = file === undefined ? undefined : new Description(file);

  async function setUp(chaos = "") {
    const sandbox = await start({ chaos: parseChaos(chaos) });
    const { url, exchanges } = await recorder(sandbox.urls.flashduty);
    const { app, integration, change } = sandbox.keys.flashduty;
    const flashduty = {
      provider: "flashduty",
      baseUrl: url,
      apiKey: { text: app },
      integrationKey: { text: integration },
      changeKey: { text: change },
    };
    const command = async (line: string): Promise<string> =>
      (await run(`${line} -y --max-wait 0`, { profiles: { flashduty } })).stdout;
    const call = (path: string, body: object = {}) => ask(`${url}${path}?app_key=${app}`, { method: "POST", body });
    return { command, call, exchanges };
  }

  function expectFit(exchanges: readonly Exchange[]): void {
    const known = exchanges.filter(({ path }) => description?.has(path));
    expect(known.length).toBeGreaterThan(0);
    expect([...new Set(known.flatMap((exchange) => description?.problems(exchange)))]).toEqual([]);
  }

  it("takes and gives what is described when onduty works with it", async () => {
    const { command, exchanges } = await setUp();
    const create = async (words: string): Promise<string> =>
      (JSON.parse(await command(`incidents create ${words} --service checkout --json`)) as { id: string }).id;
    const id = await create('"disk full" --description "on db-1" --assign ada');
    const other = await create('"disk fuller"');
    for (const line of [
      "incidents list --status all --all",
      "incidents list --urgency medium --service checkout --assignee ada --team shop --query disk --order asc",
      `incidents show ${id}`,
      `incidents show ${id} ${other}`,
      `incidents ack ${id} --note "on it"`,
      `incidents unack ${id}`,
      `incidents snooze ${id} --for 1h`,
      `incidents reopen ${id}`,
      `incidents assign ${id} --to grace --to ada`,
      `incidents assign ${id} --to kei --add`,
      `incidents assign ${id} --escalate`,
      `incidents assign ${id} --escalate 2`,
      `incidents assign ${id} --escalate everybody`,
      `incidents list --label env=production --muted`,
      `incidents comment ${id} "a comment"`,
      `incidents update ${id} --title "another title" --description "another text" --urgency low --field affected_users=3`,
      `incidents timeline ${id}`,
      `incidents alerts ${id}`,
      `incidents similar ${id}`,
      `incidents show ${id} --changes`,
      `incidents resolve ${id} --note "replaced"`,
      `incidents reopen ${id} --note "not quite"`,
      `incidents merge ${other} --into ${id} --note "the same"`,
      'events trigger "queue grows" --dedup-key q-1 --source db-1',
      "events ack q-1 --note mine",
      "incidents alerts 5a0000000000000000000001",
      "incidents similar 5a0000000000000000000001",
      "changes list",
      "silences add --service checkout --match host=db-1 --for 1h --reason disk",
      "silences add --service checkout --for 1h --yes",
      "silences list",
      "deploy --status started --change-key c-1 --service 4100000000001 --silence 30m",
      "deploy --status succeeded --change-key c-1 --service 4100000000001 --silence 30m",
      "events resolve q-1",
      "events change --status started",
      "services list",
      "schedules list",
      "schedules show primary --shifts",
      "schedules override add primary --user kei@sandbox.test --for 2h",
      "oncall take weekend --user grace --for 2h",
      "schedules override list",
      "schedules shifts",
      "oncall",
      "oncall --at +2h",
      "incidents show ffffffffffffffffffffffff",
      "incidents ack ffffffffffffffffffffffff",
    ])
      await command(line);
    expectFit(exchanges);
    const paths = new Set(exchanges.map(({ path }) => path));
    for (const path of [
      "ack",
      "unack",
      "resolve",
      "reopen",
      "snooze",
      "wake",
      "comment",
      "assign",
      "merge",
      "reset",
      "feed",
    ])
      expect(paths).toContain(`/incident/${path}`);
  });

  it("leaves out only what is not required when chaos asks for that", async () => {
    const { call, exchanges } = await setUp("missing");
    await call("/incident/list", lastDays(20));
    await call("/alert/list", lastDays(20));
    await call("/channel/list");
    const now = lastDays(0).end_time;
    await call("/schedule/list", { start: now, end: now + 3600 });
    expectFit(exchanges);
  });

  it("answers as described on routes that onduty does not use", async () => {
    const { call, exchanges } = await setUp();
    const { body } = await call("/channel/list");
    const channel_id = (body.data as unknown as { items: { channel_id: number }[] }).items[0]?.channel_id;
    await call("/channel/list", { is_brief: true });
    await call("/channel/info", { channel_id });
    await call("/channel/infos", { channel_ids: [channel_id] });
    await call("/channel/infos", { channel_ids: [1] });
    await call("/channel/escalate/rule/list", { channel_id });
    const { body: listed } = await call("/schedule/list", {});
    const schedule_id = (listed.data as unknown as { items: { schedule_id: number }[] }).items[0]?.schedule_id;
    await call("/schedule/infos", { schedule_ids: [schedule_id] });
    await call("/alert/list", lastDays(20));
    await call("/incident/list", { ...lastDays(1), query: "nothing like this" });
    await call("/incident/list-by-ids", { incident_ids: ["f".repeat(24)] });
    await call("/incident/list", {});
    await call("/incident/ack", { incident_ids: [] });
    expectFit(exchanges);
  });
});

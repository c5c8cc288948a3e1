import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";

/** Flashduty of a sandbox with this chaos. */
async function setUp(chaos: string) {
  const { home, url } = await sandbox();
  const command = (line: string) => run(`${line} -p sandbox-flashduty --max-wait 0`, { home });
  const id = (JSON.parse((await command('incidents create "disk full" --json')).stdout) as { id: string }).id;
  const response = await fetch(`${url}/_sandbox/chaos`, { method: "POST", body: JSON.stringify({ spec: chaos }) });
  expect(response.status).toBe(200);
  return { command, id };
}

const night = (id: string): string[] => [
  "incidents list --status all --all",
  `incidents show ${id}`,
  `incidents ack ${id} --note mine`,
  `incidents update ${id} --urgency low`,
  `incidents assign ${id} --to me`,
  `incidents timeline ${id}`,
  "services list",
  "users list",
  "teams list",
  "schedules list",
  "events trigger disk --dedup-key d-1",
  "events ack d-1",
  "whoami",
];

describe("Flashduty that answers what its documents allow", () => {
  it.each(["nulls", "missing", "nulls,missing"])("with %s is worked with as ever", async (chaos) => {
    const { command, id } = await setUp(chaos);
    const codes: [string, number][] = [];
    for (const line of night(id)) codes.push([line, (await command(line)).code]);
    expect(codes).toEqual(night(id).map((line) => [line, 0]));
  });

  it("with words that are not known hides nothing that is open or high", async () => {
    const { command, id } = await setUp("words");
    expect(await command("incidents list --exit-status -q")).toMatchObject({
      code: 9,
      stdout: expect.stringContaining(id),
    });
    expect((await command("incidents list --urgency high --status open -q")).stdout).toContain(id);
    expect((await command("incidents list --status resolved -q")).stdout).not.toContain(id);
  });

  it("with late lists takes an accepted action for done, with a notice", async () => {
    const { command, id } = await setUp("late=1m");
    const { code, stdout, stderr } = await command(`incidents ack ${id} --json --fields outcome`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[{"outcome":"acknowledged"}]\n' });
    expect(stderr).toContain("has not shown it yet");
  });

  it.each([403, 429, 500, 503])("with side routes that fail with %i does what it is asked", async (status) => {
    const { command, id } = await setUp(`side=${status}`);
    expect(await command(`incidents ack ${id} -o tsv --fields outcome`)).toMatchObject({
      code: 0,
      stdout: "acknowledged\n",
    });
    expect(await command("oncall")).toMatchObject({ code: 7, stdout: expect.stringContaining("5100000000001") });
    expect((await command('incidents create "db down" --json --fields title')).stdout).toBe('{"title":"db down"}\n');
  });
});

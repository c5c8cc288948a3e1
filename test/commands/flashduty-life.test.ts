import { expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";

it("the life of an incident on Flashduty: its timeline names all that was done", async () => {
  const { home } = await sandbox();
  const command = async (line: string, tty = false) => {
    const result = await run(`${line} -p sandbox-flashduty --max-wait 0${tty ? " --no-color" : " --json"}`, {
      home,
      tty,
    });
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };
  const read = async <Row>(line: string): Promise<Row> => JSON.parse(await command(line)) as Row;
  type Row = Record<string, unknown> & { id: string };

  // A deploy with a silence, recorded from its start to its end.
  const deploy = 'deploy "Checkout 1.4.0" --change-key checkout-1.4.0 --service 4100000000001 --silence 30m';
  await command(`${deploy} --status started`);
  expect(await read("silences list")).toMatchObject([{ service: { id: "4100000000001" }, active: true }]);
  await command(`${deploy} --status succeeded`);
  expect(await read("silences list")).toEqual([]);

  // An alert opens an incident, with its labels.
  await command('events trigger "Certificate expires" --dedup-key web/cert --source web-1 --severity critical');
  const [incident] = await read<Row[]>("incidents list --query Certificate");
  const id = incident?.id ?? "";
  expect(incident).toMatchObject({ labels: { source: "web-1" }, alertCount: 1 });
  expect(await read(`incidents alerts ${id}`)).toMatchObject([
    { dedupKey: "web/cert", status: "firing", events: [{ severity: "critical", labels: { source: "web-1" } }] },
  ]);
  expect(await read(`incidents show ${id} --changes`)).toMatchObject({
    changes: [{ key: "checkout-1.4.0", status: "succeeded" }],
  });

  // Taken, two people called in, escalated. The number that the phone shows does as well.
  const number = String(incident?.number);
  await command(`incidents ack ${number}`);
  await command(`incidents assign ${id} --to grace --to kei@sandbox.test --add`);
  expect(await read(`incidents assign ${id} --escalate 2`)).toMatchObject([
    { outcome: "escalated", by: "Grace Hopper" },
  ]);
  expect(await read(`incidents similar ${number}`)).toMatchObject([
    { title: "Certificate expires in 3 days", status: "resolved" },
  ]);
  await command(`incidents comment ${id} "the old one was renewed by hand"`);
  await command(`incidents update ${id} --root-cause "nobody renews it"`);
  await command(`incidents resolve ${id} --note "renewed" --field affected_users=0`);

  expect(await read(`incidents show ${id}`)).toMatchObject({
    ...{ status: "resolved", rootCause: "nobody renews it", resolution: "renewed", fields: { affected_users: 0 } },
  });
  const rows = await read<{ type: string; by: string | null; text: string | null }[]>(`incidents timeline ${id}`);
  expect(rows.map(({ type, by, text }) => [type, by, text].filter((word) => word !== null).join(" | "))).toEqual([
    "created | Certificate expires; critical",
    "acknowledged | Ada Lovelace",
    "responder added | Ada Lovelace | Grace Hopper and 藤井 慧",
    'assigned | Ada Lovelace | to Grace Hopper; level 2 of "Checkout, day and night"',
    "commented | Ada Lovelace | the old one was renewed by hand",
    "root cause changed | Ada Lovelace",
    "resolved | Ada Lovelace | in the console",
  ]);
  const page = await command(`incidents show ${id} --changes`, true);
  expect(page).toMatch(/^Certificate expires\nresolved {2}high/);
  for (const part of ["source=web-1", "nobody renews it", "Checkout 1.4.0", "Timeline"]) expect(page).toContain(part);
});

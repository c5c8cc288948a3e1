import { expect, it } from "vitest";
import { vendorWithOpenKeys } from "./support/open-keys.ts";
import { bareEnv, start } from "./support/process.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";

const notification = (service: string, state: string, number: number) => [
  ...["events", "notify", "--from", "nagios", "HOSTNAME=web-01", `SERVICEDESC=${service}`, `SERVICESTATE=${state}`],
  ...["TIMET=1764409999", `SERVICENOTIFICATIONID=${number}`],
];

it("keeps the order of notifications whose processes start at the same moment", async () => {
  const { vendor, open } = await vendorWithOpenKeys();
  const env = bareEnv(await homeWith(profilesAt(vendor.url)));
  const ended = [1, 2, 3].flatMap((round) => {
    const over = `over ${round}`;
    const back = `back ${round}`;
    // The one that starts first is the later one.
    const all = [
      [notification(over, "OK", 12), notification(over, "CRITICAL", 11)],
      [notification(back, "CRITICAL", 12), notification(back, "OK", 11)],
    ];
    return all.flat().map((words) => start(words, env).ended);
  });
  expect((await Promise.all(ended)).map(({ code }) => code)).toEqual(ended.map(() => 0));
  expect([...open].sort()).toEqual([1, 2, 3].map((round) => `nagios:web-01/back ${round}`));
});

it("sends no problem after its recovery, whose process was the faster one", async () => {
  const { vendor, open } = await vendorWithOpenKeys();
  const env = bareEnv(await homeWith(profilesAt(vendor.url)));
  await start(notification("Disk", "OK", 12), env).ended;
  const { code, stderr } = await start(notification("Disk", "CRITICAL", 11), env).ended;
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'not sent: a later notification of "nagios:web-01/Disk" came first\n',
  });
  expect(open).toEqual(new Set());
});

import { expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const id = "66cc00000000000000000001";
const other = { incident_id: "66cc00000000000000000002", title: "Disk fuller", progress: "Closed" };
const [ada, grace] = [5000000000001, 5000000000002];
const rule = { escalate_rule_id: "66dd00000000000000000001", escalate_rule_name: "Day and night" };

async function timelineOf(items: [type: string, detail: object | null, by?: number][]) {
  const vendor = await fakeVendor();
  const feed = items.map(([type, detail, creator_id = 0]) => ({ type, detail, creator_id, created_at: 1764000000000 }));
  vendor.reply("POST /incident/feed", 200, { request_id: "fd-1", data: { items: feed, has_next_page: false } });
  vendor.reply("POST /person/infos", 200, {
    request_id: "fd-2",
    data: {
      items: [
        { person_id: ada, person_name: "Ada" },
        { person_id: grace, person_name: "Grace" },
      ],
    },
  });
  const { stdout } = await run(`incidents timeline ${id} --json -p flashduty --max-wait 0`, {
    profiles: profilesAt(vendor.url),
  });
  const rows = JSON.parse(stdout) as { type: string; by: string | null; text: string | null }[];
  return {
    vendor,
    lines: rows.map(({ type, by, text }) => [type, by, text].filter((word) => word !== null).join(" | ")),
  };
}

it.each<[type: string, detail: object, line: string]>([
  ["i_new", { title: "Disk full", severity: "Critical", reporter_email: "" }, "created | Disk full; critical"],
  ["i_assign", { to: [ada, grace], type: "assign" }, "assigned | to Ada and Grace"],
  ["i_assign", { to: [ada], type: "escalate", ...rule, layer_idx: 1 }, 'assigned | to Ada; level 2 of "Day and night"'],
  ["i_assign", { person_ids: [ada], to: null, type: "reassign" }, "assigned | to Ada; instead of those before"],
  ["i_a_rspd", { to: [grace] }, "responder added | Grace"],
  [
    "i_notify",
    { by: "voice", fire_type: "fire", persons: [{ person_id: ada }, { person_id: grace, failed_reason: "busy" }] },
    "notified | Ada by voice; Grace NOT REACHED: busy",
  ],
  [
    "i_notify",
    { by: "feishu_app", fire_type: "refire", chats: [{ chat_id: "c-1", chat_name: "Ops" }], ...rule, layer_idx: 0 },
    'notified | Ops by feishu_app; level 1 of "Day and night"; once more',
  ],
  ["i_notify", { by: "robot", robots: [{ token: "fake-robot-token" }] }, "notified | a robot by robot"],
  ["i_storm", { threshold: 50 }, "storm | more than 50 alerts"],
  ["i_snooze", { minutes: 1 }, "snoozed | for 1 minute"],
  ["i_wake", { snoozedBefore: 1764003600 }, "woken | was snoozed until 2025-11-24T17:00:00.000Z"],
  ["i_wake", { snoozedBefore: 0 }, "woken"],
  ["i_ack", { progress: "on it" }, "acknowledged | on it"],
  ["i_unack", {}, "unacknowledged"],
  ["i_comm", { comment: "looking", mute_reply: false }, "commented | looking"],
  ["i_rslv", { from: "voice" }, "resolved | on the phone"],
  ["i_rslv", { from: "autorslv" }, "resolved | by the automatic resolve of the channel"],
  ["i_rslv", { from: "another" }, "resolved | another"],
  ["i_reopen", { reason: "still there" }, "reopened | still there"],
  [
    "i_merge",
    { source_incidents: [other], target_incident: { ...other, title: "Disk full" }, comment: "same" },
    "merged | from Disk fuller 66cc00000000000000000002; into Disk full 66cc00000000000000000002; same",
  ],
  [
    "a_merge",
    { source_incidents: null, target_incident: other },
    "alert merged | into Disk fuller 66cc00000000000000000002",
  ],
  ["i_r_title", { from: "disk", to: "Disk full" }, "title changed | from disk to Disk full"],
  ["i_r_desc", {}, "description changed"],
  ["i_r_impact", {}, "impact changed"],
  ["i_r_rc", {}, "root cause changed"],
  ["i_r_rsltn", {}, "resolution changed"],
  ["i_r_severity", { from: "Critical", to: "Warning" }, "severity changed | from Critical to Warning"],
  ["i_r_field", { field_name: "regions", to: ["eu", "us"] }, "field changed | regions to eu, us"],
  ["i_r_field", { field_name: "checked", to: false }, "field changed | checked to false"],
  ["i_r_field", { field_name: "regions", to: null }, "field changed | regions to nothing"],
  [
    "i_m_flapping",
    { max_changes: 4, in_mins: 10, mute_mins: 30 },
    "muted while flapping | for 30 minutes; after more than 4 changes; in 10 minutes",
  ],
  ["i_m_reply", {}, "replies muted"],
  ["i_custom", { integration_id: 1, integration_name: "Restart" }, "action run | Restart"],
  [
    "i_wr_create",
    { chat_id: "c-1", chat_name: "War room", integration_name: "Slack" },
    "war room created | War room; Slack",
  ],
  ["i_wr_delete", { chat_id: "c-1" }, "war room deleted | c-1"],
  ["i_auto_refresh", {}, "card refreshed"],
  ["i_m_silence", {}, "muted by a silence"],
  ["i_m_inhibat", {}, "muted by inhibition"],
  ["i_r_resp", { to: [ada, grace] }, "responders changed | Ada and Grace"],
  ["a_new", { severity: "Critical", status: "Critical" }, "alert triggered | critical"],
  ["a_comm", { comment: "the disk again" }, "alert commented | the disk again"],
  ["a_close", {}, "alert closed"],
  ["i_wi_create", { title: "Order a disk" }, "work item create | Order a disk"],
  ["i_future", { comment: "something" }, "i_future | something"],
  ["constructor", {}, "constructor"],
])("the timeline reads an item %s with %j", async (type, detail, line) => {
  expect((await timelineOf([[type, detail]])).lines).toEqual([line]);
});

it("the timeline asks for the names of all people in one request, and shows no token", async () => {
  const { vendor, lines } = await timelineOf([
    ["i_ack", {}, ada],
    ["i_assign", { to: [grace, 5000000000007] }, ada],
    ["i_notify", { by: "voice", persons: [{ person_id: grace }], robots: [{ token: "fake-token" }] }],
    ["i_comm", null],
  ]);
  expect(lines).toEqual([
    "acknowledged | Ada",
    "assigned | Ada | to Grace and 5000000000007",
    "notified | Grace and a robot by voice",
    "commented",
  ]);
  expect(vendor.requests.map(({ path, body }) => [path, body])).toEqual([
    ["/incident/feed", expect.anything()],
    ["/person/infos", { person_ids: [ada, grace, 5000000000007] }],
  ]);
});

it.each([
  [
    "the same page",
    [{ type: "i_ack", detail: {}, creator_id: 0, created_at: 1764000000000 }],
    "the same entries for every page",
  ],
  ["no entry", [], "more entries, but not which"],
])("a timeline that goes on with %s has an end, and is incomplete", async (_, items, why) => {
  const vendor = await fakeVendor();
  vendor.reply("POST /incident/feed", 200, { request_id: "fd-1", data: { items, has_next_page: true } });
  const { code, stdout, stderr } = await run(`incidents timeline ${id} --json -p flashduty --max-wait 0`, {
    profiles: profilesAt(vendor.url),
  });
  expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining(why) as string });
  expect(JSON.parse(stdout)).toHaveLength(items.length);
});

import { bareEnv } from "../support/process.ts";
import { homeWith, profilesAt } from "../support/profiles.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const route = "POST /api/events";

export interface Sent {
  event_action: string;
  dedup_key: string;
  payload: { summary: string; severity: string; custom_details?: Record<string, unknown> };
}

/**
 * A home whose current profile is at a vendor that answers events with that status, and the events that it was sent. The key may not
 * read incidents.
 */
export async function setUp(
  status = 202,
): Promise<{ vendor: FakeVendor; home: string; sent: () => Sent[]; env: Record<string, string> }> {
  const vendor = await fakeVendor();
  vendor.reply(route, status, {
    status: "success",
    result: { action: "triggered", incident: { id: "inc_1", title: "x", status: "OPEN" } },
  });
  vendor.reply("GET /api/incidents", 403, { error: "API key missing scope: incidents:read." });
  const home = await homeWith(profilesAt(vendor.url));
  const events = () => vendor.requests.filter(({ method, path }) => `${method} ${path}` === route);
  return { vendor, home, sent: () => events().map(({ body }) => body as Sent), env: bareEnv(home) };
}

/** Words for a command of Node that runs this text. */
export const script = (text: string): string[] => ["--", process.execPath, "-e", text];

import { describe, expect, it } from "vitest";
import { bareEnv, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

/* How many connections a command opens: each costs the round trips of TCP and TLS. It hangs on the runtime's event loop. */

async function onduty(url: string, args: string[], stdin: string | null = null) {
  const settings = {
    ONDUTY_PROVIDER: "opsknight",
    ONDUTY_BASE_URL: url,
    ONDUTY_API_KEY: "sk_test_fake_connections_01",
    ONDUTY_SERVICE: "svc_1",
  };
  const { code, stderr } = await start(args, bareEnv(await tempDir(), settings), stdin).ended;
  return { code, stderr };
}

const incident = { id: "inc_1", title: "Disk full", status: "OPEN", created_at: "2026-01-01T00:00:00Z" };
const services = [{ id: "svc_1", name: "Checkout" }];
const page = (data: object[]) => ({ data, pagination: { total: data.length, limit: 100, offset: 0, has_more: false } });

describe("connections", () => {
  it("are one for an acknowledgment, which reads and then writes", async () => {
    const vendor = (await fakeVendor())
      .reply("GET /api/incidents/inc_1", 200, { data: incident })
      .reply("PATCH /api/incidents/inc_1", 200, { data: { ...incident, status: "ACKNOWLEDGED" } });
    expect(await onduty(vendor.url, ["incidents", "ack", "inc_1", "--quiet"])).toEqual({ code: 0, stderr: "" });
    expect(vendor.connections).toBe(1);
  });

  it("are one for a list of a service by its name, with the look-up of the name", async () => {
    const vendor = (await fakeVendor())
      .reply("GET /api/services", 200, page(services))
      .reply("GET /api/incidents", 200, page([incident]));
    expect((await onduty(vendor.url, ["incidents", "list", "--service", "Checkout", "--json"])).code).toBe(0);
    expect({ requests: vendor.requests.length, connections: vendor.connections }).toEqual({
      requests: 2,
      connections: 1,
    });
  });

  it.each([["through the spool"], ["without a spool", "--no-spool"]])(
    "are as many as events go at once, %s",
    async (_, ...more) => {
      const vendor = await fakeVendor();
      vendor.handle("POST /api/events", (_seen, response) => {
        // Long enough that all of them are under way.
        setTimeout(() => response.writeHead(202, { "content-type": "application/json" }).end(answer), 5);
      });
      const answer = JSON.stringify({ status: "success", result: { action: "triggered", incident } });
      const lines = Array.from({ length: 60 }, (_, at) =>
        JSON.stringify({ summary: `disk ${at}`, dedupKey: `k${at}` }),
      );
      const args = ["events", "send", "-", "--concurrency", "6", "--quiet", ...more];
      expect(await onduty(vendor.url, args, `${lines.join("\n")}\n`)).toEqual({ code: 0, stderr: "" });
      expect({ requests: vendor.requests.length, connections: vendor.connections }).toEqual({
        requests: 60,
        connections: 6,
      });
    },
  );
});

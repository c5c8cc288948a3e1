import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

/* What a vendor's support asks for: its code of a failure, and the id of the request. */

const refusal = (code: string) => ({ error: { code, message: "not now", details: {} } });

async function refusing(status: number, code: string) {
  const vendor = await fakeVendor();
  // What is not found by its id may have that number, or begin so.
  vendor.reply("GET /api/incidents", 200, { data: [], pagination: { total: 0 } });
  for (const id of ["inc_1", "inc_2"])
    for (const method of ["GET", "PATCH"])
      vendor.reply(`${method} /api/incidents/${id}`, status, refusal(code), { "x-request-id": `req_${id}` });
  return { profiles: profilesAt(vendor.url) };
}

describe("the vendor's code and the id of the request", () => {
  it.each([
    ["incidents show inc_1", 404, "NOT_FOUND"],
    ["incidents show inc_1", 403, "FORBIDDEN"],
    ["incidents timeline inc_1", 404, "NOT_FOUND"],
    ["incidents ack inc_1", 409, "CONFLICT"],
    ["incidents update inc_1 --urgency low", 400, "VALIDATION_ERROR"],
  ])("are in the error of %s when it is refused with %i", async (line, status, code) => {
    const setting = await refusing(status, code);
    const { stderr } = await run(`${line} --json --max-wait 0`, setting);
    const [error] = stderr.split("\n").filter((text) => text.startsWith('{"error"'));
    expect(JSON.parse(error ?? "{}")).toMatchObject({ error: { code, requestId: "req_inc_1" } });
    const plain = await run(`${line} --max-wait 0`, setting);
    expect(plain.stderr).toContain("\nrequest id: req_inc_1\n");
  });

  it("are in each item of a bulk action", async () => {
    const { stdout } = await run("incidents ack inc_1 inc_2 --json --max-wait 0", await refusing(409, "CONFLICT"));
    const errors = (JSON.parse(stdout) as { error: string }[]).map(({ error }) => error);
    expect(errors).toEqual([
      expect.stringMatching(/not now \(409\) \[CONFLICT, request id: req_inc_1\]$/),
      expect.stringMatching(/not now \(409\) \[CONFLICT, request id: req_inc_2\]$/),
    ]);
  });

  it("are in the warning about one of several, whose id is named", async () => {
    const shown = await run("incidents show inc_1 inc_2 --max-wait 0", await refusing(403, "FORBIDDEN"));
    expect(shown.stderr).toMatch(/^warning: inc_2: .* \(403\) \[FORBIDDEN, request id: req_inc_2\]$/m);
    const vendor = await fakeVendor();
    vendor.reply("GET /api/schedules", 200, {
      data: [
        { id: "a", name: "A" },
        { id: "b", name: "B" },
      ],
    });
    vendor.reply("GET /api/schedules/a/on-call", 200, { data: { on_call: [] } });
    vendor.reply("GET /api/schedules/b/on-call", 400, refusal("CONFLICT"), { "x-request-id": "req_b" });
    expect((await run("oncall", { profiles: profilesAt(vendor.url) })).stderr).toContain(
      "B: GET /api/schedules/b/on-call: not now (400) [CONFLICT, request id: req_b]",
    );
  });
});

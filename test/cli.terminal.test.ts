import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manyIncidents } from "./support/many-incidents.ts";
import { bareEnv } from "./support/process.ts";
import { homeWith, profilesAt } from "./support/profiles.ts";
import { tempDir } from "./support/temp-dir.ts";
import { inTerminal } from "./support/terminal.ts";
import { fakeVendor } from "./support/vendor.ts";

describe("at a terminal", () => {
  const esc = "\u001b";

  it("draws a colored table that fits, and makes escape sequences of titles harmless", async () => {
    const vendor = await manyIncidents(3);
    const { code, text } = await inTerminal(["incidents", "list"], bareEnv(await homeWith(profilesAt(vendor.url))), 60);
    expect(code).toBe(0);
    expect(text).toContain(`${esc}[`);
    expect(text).not.toContain(`${esc}[2J`);
    const plain = text.replaceAll(new RegExp(`${esc}\\[[0-9;?]*[a-zA-Z]`, "g"), "");
    expect(plain).toContain("ID");
    expect(plain).toContain("inc_2");
  });

  it("makes ids links in a terminal that knows them, and of web addresses alone", async () => {
    const rows = [
      { id: "inc_1", title: "a", status: "OPEN", url: "https://vendor.example.com/i/1?a=b\u001b]0;x" },
      { id: "inc_2", title: "b", status: "OPEN", url: "javascript:alert(1)" },
    ];
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: rows });
    const home = await homeWith(profilesAt(vendor.url));
    const known = await inTerminal(["incidents", "list"], bareEnv(home, { FORCE_HYPERLINK: "1" }));
    expect(known.text).toContain(
      "\u001b]8;;https://vendor.example.com/i/1?a=b%1B]0;x\u001b\\inc_1\u001b]8;;\u001b\\  ",
    );
    expect(known.text).not.toContain("javascript");
    for (const env of [{ FORCE_HYPERLINK: "0" }, { FORCE_HYPERLINK: "1", NO_COLOR: "1" }])
      expect((await inTerminal(["incidents", "list"], bareEnv(home, env))).text).not.toContain("]8;;");
  });

  it("has no color with NO_COLOR", async () => {
    const vendor = await manyIncidents(3);
    const { text } = await inTerminal(
      ["incidents", "list"],
      bareEnv(await homeWith(profilesAt(vendor.url)), { NO_COLOR: "1" }),
    );
    expect(text).not.toMatch(new RegExp(`${esc}\\[[0-9;]*m`));
  });

  it("has no color while it waits, with NO_COLOR", async () => {
    let asked = false;
    const vendor = (await fakeVendor()).handle("GET /api/incidents", async (_, response) => {
      while (!asked) await new Promise((resolve) => setTimeout(resolve, 20));
      response.setHeader("content-type", "application/json").end('{"incidents":[]}');
    });
    const home = await homeWith(profilesAt(vendor.url));
    const { text } = await inTerminal(["incidents", "list"], bareEnv(home, { NO_COLOR: "1" }), 80, (seen) => {
      if (seen.includes("listing incidents")) asked = true;
      return undefined;
    });
    expect(text).toContain(`listing incidents at ${new URL(vendor.url).host}`);
    expect(text).not.toMatch(new RegExp(`${esc}\\[[0-9;]*m`));
  });

  it("asks for a key without showing it", async () => {
    const home = await tempDir();
    const key = "sk_test_fake_typed_key_0042";
    let typed = false;
    const { code, text } = await inTerminal(
      ["profiles", "add", "prod", "--provider", "opsknight", "--base-url", "https://opsknight.example.test"],
      bareEnv(home),
      80,
      (seen) => {
        if (typed || !/key.*: $/is.test(seen)) return undefined;
        typed = true;
        return `${key}\r`;
      },
    );
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).not.toContain("typed_key");
    const stored = await readFile(join(home, ".config/onduty/config.json"), "utf8");
    expect(JSON.parse(stored)).toMatchObject({ current: "prod", profiles: { prod: { apiKey: { text: key } } } });
    expect(
      execFileSync("stat", ["-c", "%a", join(home, ".config/onduty/config.json")])
        .toString()
        .trim(),
    ).toBe("600");
  });
});

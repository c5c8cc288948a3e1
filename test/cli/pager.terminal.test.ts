import { describe, expect, it } from "vitest";
import { bareEnv } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { inTerminal } from "../support/terminal.ts";

/** What stands in for a pager: it marks each line that it gets. */
const marker = "sed 's/^/paged: /'";

describe("help that does not fit the terminal", () => {
  const help = async (env: Record<string, string>, words = ["incidents", "list", "--help"]) =>
    (await inTerminal(words, bareEnv(await tempDir(), { TERM: "xterm", ...env }))).text;

  it("goes through ONDUTY_PAGER, else PAGER", async () => {
    expect(await help({ ONDUTY_PAGER: marker, PAGER: "false" })).toContain("paged: Usage: onduty incidents list");
    expect(await help({ PAGER: marker })).toContain("paged: Usage: onduty incidents list");
  });

  it("is printed with an empty ONDUTY_PAGER, in CI, and where the pager is not there", async () => {
    expect(await help({ ONDUTY_PAGER: "", PAGER: marker })).toMatch(/^Usage: onduty incidents list/m);
    expect(await help({ PAGER: marker, CI: "1" })).toMatch(/^Usage: onduty incidents list/m);
    expect(await help({ PAGER: "no-such-pager-here" })).toMatch(/^Usage: onduty incidents list/m);
  });

  it("is printed when it fits", async () => {
    expect(await help({ PAGER: marker }, ["profiles", "use", "--help"])).toMatch(/^Usage: onduty profiles use/m);
  });
});

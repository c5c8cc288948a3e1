import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";

const apiKey = { text: "fake_flotiq_key_00000000000000001" };

describe("a base URL in a file that was edited by hand", () => {
  it.each([
    "profiles list",
    "profiles list --json",
    "keys validate --all --json",
    "keys validate --all",
    "profiles show odd",
    "doctor -p odd",
    "whoami -p odd --debug",
  ])("is shown without the password in it: %s", async (line) => {
    const odd = { provider: "flotiq", baseUrl: "https://ada:fake_pass_1@flotiq.test/a@b", apiKey };
    const fine = { provider: "flotiq", baseUrl: "https://flotiq.test/a@b" };
    const { stdout, stderr } = await run(`${line} --max-wait 0`, { profiles: { odd, fine }, current: "odd" });
    expect(stdout + stderr).not.toContain("fake_pass");
    if (line.startsWith("profiles list")) expect(stdout).toContain("https://flotiq.test/a@b");
  });

  it("without TLS is refused with the commands that repair it", async () => {
    const far = { provider: "flotiq", baseUrl: "http://flotiq.test", apiKey };
    const { code, stderr } = await run("whoami", { profiles: { far }, current: "far" });
    expect({ code, stderr }).toEqual({
      code: ExitCode.usage,
      stderr:
        'error: profile "far": http:// to flotiq.test would send keys in clear text\n' +
        "hint: onduty profiles edit far --base-url https://flotiq.test, or --allow-http if you must\n",
    });
  });
});

describe("the environment profile without TLS", () => {
  it("is refused with the variable that repairs it, and no option that it has not", async () => {
    const env = { ONDUTY_PROVIDER: "flotiq", ONDUTY_BASE_URL: "http://flotiq.test", ONDUTY_API_KEY: apiKey.text };
    const { code, stderr } = await run("whoami", { env });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("hint: export ONDUTY_BASE_URL=https://flotiq.test\n");
  });
});

describe("a key on the command line", () => {
  it.each([
    [
      "--integration-key",
      "onduty keys set NAME --kind integration --stdin, or in CI the variable ONDUTY_INTEGRATION_KEY",
    ],
    ["--api-key", "onduty keys set NAME --stdin, or in CI the variable ONDUTY_API_KEY"],
  ])("is refused with the way of its kind: %s", async (option, hint) => {
    const { code, stderr } = await run(`profiles add new ${option} fake_key_0000000000001`);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(`hint: ${hint}\n`);
  });

  it("is refused with the way of change keys where it is one", async () => {
    const { stderr } = await run("keys set new --change-key fake_key_0000000000001");
    expect(stderr).toContain(
      "hint: onduty keys set NAME --kind change --stdin, or in CI the variable ONDUTY_CHANGE_KEY\n",
    );
  });
});

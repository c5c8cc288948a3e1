import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { open, setUp } from "./dashboard-vendor.ts";

const key = "sk_test_fake_again_0001";

describe("a prompt that gets a wrong answer", () => {
  it("asks again, and takes a number, the beginning of a name and an address without its scheme", async () => {
    const answers = ["nagios", "op", "", "127.0.0.1:4077/opsknight", key, ""];
    const { code, stderr, home } = await run("profiles add prod", { tty: true, answers });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain('"nagios" is not a provider');
    const shown = await run("profiles show prod --json", { home });
    expect(shown.stdout).toContain('"http://127.0.0.1:4077/opsknight"');
    const numbered = await run("profiles add two", { tty: true, answers: ["2", key, ""], home });
    expect(numbered.code).toBe(ExitCode.ok);
  });

  it("asks three times, and then ends with the hint", async () => {
    const { code, stderr } = await run("profiles add prod", { tty: true, answers: ["a", "b", "c"] });
    expect(code).toBe(ExitCode.usage);
    expect(stderr.match(/is not a provider/g)).toHaveLength(3);
  });

  it("asks for the key again, which must not go to the shell", async () => {
    const answers = ["opsknight", "https://opsknight.example.com", "Bearer sk", key, ""];
    const { code, stderr } = await run("profiles add prod", { tty: true, answers });
    expect({ code, stderr }).toMatchObject({ code: ExitCode.ok });
    expect(stderr.match(/API key of "prod"/g)).toHaveLength(2);
  });

  it("asks for the numbers of incidents again", async () => {
    const { env, writes } = await setUp([open("a"), open("b")]);
    const { code, stderr } = await run("incidents ack", { env, tty: true, answers: ["9", "x", "2"] });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain('"9" is not a number from 1 to 2');
    expect(writes()).toEqual(['PATCH /api/incidents/b {"status":"ACKNOWLEDGED"}']);
  });
});

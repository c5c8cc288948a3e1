import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { VendorDescriptor } from "../../src/providers/descriptor.ts";
import { flashduty } from "../../src/providers/flashduty/descriptor.ts";
import { vendors } from "../../src/providers/index.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";

const secret = "fake-webhook-secret";
const body = '{"event":"incident.resolved"}';
const hex = createHmac("sha256", secret).update(body).digest("hex");

/** A vendor that signs in a header and a form of its own, without a time. */
const other: VendorDescriptor = {
  ...flashduty,
  name: "other",
  title: "Other",
  keys: { api: {} },
  webhooks: {
    signature: { header: "X-Other-Signature", example: "v1=..." },
    load: async () => ({
      verify: ({ headers }) => {
        const valid = headers["x-other-signature"] === `v1=${hex}`;
        return { problem: valid ? null : "not signed by Other", form: "v1", signedAt: null };
      },
      read: () => ({ event: null, happenedAt: null }),
      incidentOf: () => ({}),
    }),
  },
};
const profiles = {
  ...profilesAt("http://127.0.0.1:1"),
  other: { provider: "other", baseUrl: "http://127.0.0.1:1" },
};

const verify = (
  words: string[],
  more: { current?: string; profiles?: typeof profiles; env?: Record<string, string> },
) =>
  run(["webhooks", "verify", "--secret-env", "SECRET", ...words], {
    profiles,
    ...more,
    env: { SECRET: secret, ...more.env },
    stdin: body,
    vendors: [...vendors, other],
  });

describe("a webhook is checked as one of the vendor", () => {
  it.each([
    ["of the profile that is named", ["--profile", "other"], {}, "v1"],
    ["of the current profile", [], { current: "other" }, "v1"],
    ["of the environment profile", [], { env: { ONDUTY_PROVIDER: "other" } }, "v1"],
    ["that signs webhooks where the profile's does not", [], { current: "flashduty" }, "raw"],
    [
      "that signs webhooks where the environment profile is not complete",
      [],
      { env: { ONDUTY_PROVIDER: "none" } },
      "raw",
    ],
  ])("%s", async (_, words, more, form) => {
    const signature = form === "raw" ? `sha256=${hex}` : `v1=${hex}`;
    const { code, stdout } = await verify([...words, "--signature", signature, "--json"], more);
    expect(JSON.parse(stdout)).toEqual({ valid: true, form, signedAt: null, reason: null });
    expect(code).toBe(ExitCode.ok);
  });

  it.each([
    ["--profile othre --signature x", 'unknown profile "othre"'],
    ["--profile other --signature x --timestamp 1", "webhooks of Other are signed without a time"],
    ["--profile other --signature x --header X-Other-Signature:y", "is given twice"],
    ["--profile other", "hint: --signature v1=...\n"],
  ])("with %s is refused", async (line, message) => {
    const { code, stdout, stderr } = await verify(line.split(" "), {});
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
  });
});

import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkSignature } from "../../src/providers/opsknight/webhook-signature.ts";

const secret = "fake-webhook-secret";
const now = new Date("2026-08-01T12:00:00.000Z");
const body = Buffer.from('{"event":"incident.triggered","incident":{"title":"Größe 💥"}}');
const sign = (...parts: (string | Uint8Array)[]): string => {
  const hmac = createHmac("sha256", secret);
  for (const part of parts) hmac.update(part);
  return `sha256=${hmac.digest("hex")}`;
};
const stamped = (ageMs: number): Record<string, string> => {
  const stamp = String(now.getTime() - ageMs);
  return { "x-opsknight-timestamp": stamp, "x-opsknight-signature": sign(`${stamp}.`, body) };
};
const check = (headers: Record<string, string>, more: { body?: Uint8Array; toleranceMs?: number } = {}) =>
  checkSignature({ headers, body: more.body ?? body }, { secret, toleranceMs: more.toleranceMs ?? 300_000, now });

describe("the signature of an OpsKnight webhook", () => {
  it("is good in each of the three forms", () => {
    expect(check({ "x-opsknight-signature": sign(body) })).toEqual({ problem: null, form: "raw", signedAt: null });
    const signedAt = new Date(now.getTime() - 60_000);
    expect(check(stamped(60_000))).toEqual({ problem: null, form: "timestamp", signedAt });
    const statusPage = { "x-webhook-signature": sign(body), "x-webhook-event": "incident.triggered" };
    expect(check(statusPage)).toEqual({ problem: null, form: "status-page", signedAt: null });
  });

  it("is one of bytes: a body that is no text has one too", () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x0a]);
    expect(check({ "x-opsknight-signature": sign(bytes) }, { body: bytes }).problem).toBeNull();
  });

  it("may be in capitals", () => {
    const hex = sign(body).slice("sha256=".length).toUpperCase();
    expect(check({ "x-opsknight-signature": `sha256=${hex}` }).problem).toBeNull();
  });

  it.each([
    [
      "another secret",
      { "x-opsknight-signature": `sha256=${createHmac("sha256", "other").update(body).digest("hex")}` },
    ],
    ["another body", { "x-opsknight-signature": sign(body, " ") }],
    ["another body of a status page", { "x-webhook-signature": sign(body, " ") }],
    ["a time that was changed", { ...stamped(0), "x-opsknight-timestamp": String(now.getTime() - 1) }],
    [
      "a time that was not signed",
      { "x-opsknight-timestamp": String(now.getTime()), "x-opsknight-signature": sign(body) },
    ],
  ])("does not match with %s", (_, headers) => {
    expect(check(headers).problem).toMatch(/^the signature does not match/);
  });

  it.each([
    ["", "x-opsknight-signature"],
    ["sha256=", "x-opsknight-signature"],
    [sign(body).slice("sha256=".length), "x-opsknight-signature"],
    [`sha1=${"0".repeat(40)}`, "x-opsknight-signature"],
    [`${sign(body)}00`, "x-opsknight-signature"],
    [`${sign(body)}, ${sign(body)}`, "x-opsknight-signature"],
    [`sha256=${"g".repeat(64)}`, "x-webhook-signature"],
  ])("does not parse as %j", (signature, name) => {
    const { problem } = check({ [name]: signature });
    expect(problem).toMatch(/^X-(OpsKnight|Webhook)-Signature is not of the form sha256= and 64 hexadecimal digits$/);
  });

  it("is missing without a header of its own", () => {
    const problem = "no signature: neither X-OpsKnight-Signature nor X-Webhook-Signature";
    expect(check({ "x-hub-signature-256": sign(body) })).toEqual({ problem, form: null, signedAt: null });
  });

  it.each([["yesterday"], ["1785585600"], [""], ["-1785585600000"], ["1785585600000.5"]])(
    "has a time that does not parse: %j",
    (stamp) => {
      const headers = { "x-opsknight-timestamp": stamp, "x-opsknight-signature": sign(`${stamp}.`, body) };
      expect(check(headers)).toMatchObject({
        form: "timestamp",
        problem: "X-OpsKnight-Timestamp is not a time in milliseconds since 1970",
      });
    },
  );

  it.each([
    [300_000, 300_000, null],
    [300_001, 300_000, "it was signed 300 s ago, and 300 s are tolerated"],
    [86_400_000, 300_000, "it was signed 86400 s ago, and 300 s are tolerated"],
    [-400_000, 300_000, "it was signed 400 s in the future, and 300 s are tolerated"],
    [86_400_000, 0, null],
  ])("of an age of %d ms, with %d tolerated, is judged %j", (ageMs, toleranceMs, problem) => {
    expect(check(stamped(ageMs), { toleranceMs }).problem).toBe(problem);
  });
});

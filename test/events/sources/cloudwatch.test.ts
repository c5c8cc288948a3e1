import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alert } from "../../../src/events/sources/alert.ts";
import { fromCloudwatch } from "../../../src/events/sources/cloudwatch.ts";
import { cloudwatchMessage, eventBridgeEvent, snsEnvelope } from "../../support/alerts.ts";
import { anyText } from "../../support/any-text.ts";
import { rounds } from "../../support/rounds.ts";

function alertOf(document: Record<string, unknown>): Alert {
  const [reading] = fromCloudwatch(document);
  if (reading === undefined || !("alert" in reading)) throw new Error(`no alert: ${JSON.stringify(reading)}`);
  return reading.alert;
}

const arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout-cpu";

describe("an alarm of CloudWatch", () => {
  it("from SNS becomes a trigger with all that is known", () => {
    const expected = {
      action: "trigger",
      dedupKey: arn,
      summary: "checkout-cpu: The CPU of checkout is busy.",
      severity: "error",
      source: "i-0123456789",
      component: "AWS/EC2",
      group: "EU (Ireland)",
      class: "CPUUtilization",
      details: expect.objectContaining({
        alarm: "checkout-cpu",
        description: "The CPU of checkout is busy.\nSee the runbook.",
        InstanceId: "i-0123456789",
        previousState: "OK",
        threshold: "80",
      }),
      links: [
        {
          href: "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/checkout-cpu",
          text: "CloudWatch",
        },
      ],
      at: "2026-03-01T02:14:07.123Z",
    };
    expect(alertOf(cloudwatchMessage("ALARM"))).toEqual(expected);
    expect(alertOf(snsEnvelope(cloudwatchMessage("ALARM")))).toEqual(expected);
  });

  it("has one key, whichever way it comes, and OK resolves it", () => {
    for (const document of [cloudwatchMessage("OK"), snsEnvelope(cloudwatchMessage("OK")), eventBridgeEvent("OK")])
      expect(alertOf(document)).toMatchObject({ action: "resolve", dedupKey: arn });
    expect(alertOf(eventBridgeEvent("ALARM"))).toMatchObject({
      action: "trigger",
      dedupKey: arn,
      source: "i-0123456789",
      class: "CPUUtilization",
      component: "AWS/EC2",
      at: "2026-03-01T02:14:07.123Z",
    });
    expect(alertOf(snsEnvelope(eventBridgeEvent("ALARM"))).dedupKey).toBe(arn);
  });

  it("with insufficient data is no event", () => {
    const skipped = 'the alarm "checkout-cpu" has insufficient data: neither a problem nor the end of one';
    expect(fromCloudwatch(cloudwatchMessage("INSUFFICIENT_DATA"))).toEqual([{ skipped }]);
    expect(fromCloudwatch(eventBridgeEvent("INSUFFICIENT_DATA"))).toEqual([{ skipped }]);
  });

  it("without its ARN is known by account, region and name", () => {
    const old = { AlarmArn: undefined, Trigger: undefined, AlarmDescription: null };
    expect(alertOf(cloudwatchMessage("ALARM", old))).toMatchObject({
      dedupKey: "cloudwatch:123456789012:EU (Ireland):checkout-cpu",
      summary: expect.stringContaining("checkout-cpu: Threshold Crossed"),
      source: "CloudWatch 123456789012 EU (Ireland)",
    });
  });

  it("of many time series has a key for each of them", () => {
    const contributor = (id: string) => ({ alarmContributor: { id, attributes: { TableName: `table-${id}` } } });
    const type = { "detail-type": "CloudWatch Alarm Contributor State Change" };
    const [one, other] = ["a1", "b2"].map((id) => alertOf(eventBridgeEvent("ALARM", contributor(id), type)));
    expect(one).toMatchObject({ dedupKey: `${arn}/a1`, source: "i-0123456789 table-a1" });
    expect(other?.dedupKey).toBe(`${arn}/b2`);
    const posted = (id: string | undefined, attributes: object) =>
      alertOf(cloudwatchMessage("ALARM", { AlarmContributorId: id, AlarmContributorAttributes: attributes })).dedupKey;
    expect(posted("a1", { TableName: "x" })).toBe(`${arn}/a1`);
    const unnamed = [{ a: "1", b: "2" }, { b: "2", a: "1" }, { a: "2" }].map((one) => posted(undefined, one));
    expect(unnamed[0]).toBe(unnamed[1]);
    expect(new Set([...unnamed, arn])).toHaveProperty("size", 3);
  });

  it("has a key that fits, and is another one for another name", () => {
    const name = anyText({ minLength: 1, maxLength: 300 });
    const keyOf = (text: string) => alertOf(cloudwatchMessage("ALARM", { AlarmArn: `${arn}${text}` })).dedupKey;
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(keyOf(one).length).toBeLessThanOrEqual(200);
        expect(keyOf(one)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        expect(keyOf(one) === keyOf(other)).toBe(one === other);
      }),
      { numRuns: rounds(100, 40) },
    );
  });

  it.each([
    [{}, '"AlarmName" and "detail-type" are missing'],
    [snsEnvelope("not JSON"), 'the "Message" of the SNS notification is not a JSON object'],
    [snsEnvelope(["a"]), 'the "Message" of the SNS notification is not a JSON object'],
    [cloudwatchMessage("MAYBE"), 'the state "MAYBE" of the alarm "checkout-cpu" is none of ALARM, OK'],
    [cloudwatchMessage(""), 'the state of the alarm "checkout-cpu" is missing'],
    [eventBridgeEvent("OK", {}, { "detail-type": "Scheduled Event" }), 'it is an event "Scheduled Event", not'],
    [eventBridgeEvent("OK", {}, { detail: {} }), '"alarmName" in "detail" is missing'],
    [
      snsEnvelope("You have chosen to subscribe", { Type: "SubscriptionConfirmation", SubscribeURL: "https://x.test" }),
      'open its "SubscribeURL" yourself',
    ],
  ])("of another shape says what is wrong: %#", (document, message) => {
    expect(() => fromCloudwatch(document)).toThrow(message);
  });
});

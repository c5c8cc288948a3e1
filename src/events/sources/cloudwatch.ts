import { usageError } from "../../errors.ts";
import { fingerprint } from "../../model/fingerprint.ts";
import { asObject } from "../../model/object.ts";
import { compareCodes } from "../../model/text.ts";
import { fitKey, joinKey } from "../dedup-key.ts";
import type { Alert, Reading } from "./alert.ts";
import { type Fields, firstLine, severityOf, textOf, timeOf } from "./fields.ts";

const stateChange = "CloudWatch Alarm State Change";
/** Of an alarm that watches many time series: one of them. */
const contributorChange = "CloudWatch Alarm Contributor State Change";

/** The common parts of the shapes. */
interface Change {
  name: string;
  state: string | undefined;
  arn: string | undefined;
  account: string | undefined;
  region: string | undefined;
  /** Which time series, of an alarm that watches many. */
  contributor: string | undefined;
  description: string | undefined;
  reason: string | undefined;
  at: string | undefined;
  namespace: string | undefined;
  metric: string | undefined;
  /** Such as `InstanceId`: what is watched. */
  dimensions: [name: string, value: string][];
  details: Fields;
}

/**
 * A change of state of a CloudWatch alarm: what SNS posts (an envelope whose `Message` is JSON), that message alone, or the
 * event of EventBridge. Sources: Amazon SNS documentation, "Parsing message formats"; Amazon CloudWatch documentation, "Alarm
 * events and EventBridge"; the message of an alarm as the test data of aws-lambda-go has it.
 *
 * `INSUFFICIENT_DATA` is not an event: missing data is neither a problem (an alarm is configured to treat missing data
 * as a problem where it is one) nor the end of one.
 *
 * @throws {CliError} `usage` when it is none of these
 */
export function fromCloudwatch(document: Fields): Reading[] {
  const message = messageIn(document);
  const change = "detail-type" in message ? fromEventBridge(message) : fromMessage(message);
  const { name, state } = change;
  switch (state) {
    case "ALARM":
      return [{ alert: toAlert(change, "trigger") }];
    case "OK":
      return [{ alert: toAlert(change, "resolve") }];
    case "INSUFFICIENT_DATA":
      return [{ skipped: `the alarm "${name}" has insufficient data: neither a problem nor the end of one` }];
    default:
      throw usageError(
        state === undefined
          ? `the state of the alarm "${name}" is missing`
          : `the state "${state}" of the alarm "${name}" is none of ALARM, OK, INSUFFICIENT_DATA`,
      );
  }
}

/** The content of the envelope, if it has one. */
function messageIn(document: Fields): Fields {
  const { Type: type, Message: text } = document;
  if (type === "SubscriptionConfirmation" || type === "UnsubscribeConfirmation")
    throw usageError(
      `it is SNS asking about the subscription (${type}), which you answer: open its "SubscribeURL" yourself, or use aws sns confirm-subscription`,
    );
  if (typeof text !== "string" || "AlarmName" in document) return document;
  let message: Fields | undefined;
  try {
    message = asObject(JSON.parse(text));
  } catch {
    message = undefined;
  }
  if (message === undefined) throw usageError('the "Message" of the SNS notification is not a JSON object');
  return message;
}

function fromMessage(message: Fields): Change {
  const name = textOf(message, "AlarmName");
  if (name === undefined) throw usageError('it is not a CloudWatch alarm: "AlarmName" and "detail-type" are missing');
  const trigger = asObject(message.Trigger);
  const list: unknown[] = Array.isArray(trigger?.Dimensions) ? trigger.Dimensions : [];
  const attributes = asObject(message.AlarmContributorAttributes);
  return {
    name,
    state: textOf(message, "NewStateValue"),
    arn: textOf(message, "AlarmArn"),
    account: textOf(message, "AWSAccountId"),
    region: textOf(message, "Region"),
    contributor: textOf(message, "AlarmContributorId") ?? nameOf(attributes),
    description: textOf(message, "AlarmDescription"),
    reason: textOf(message, "NewStateReason"),
    at: timeOf(textOf(message, "StateChangeTime")),
    namespace: textOf(trigger, "Namespace"),
    metric: textOf(trigger, "MetricName"),
    dimensions: [
      ...list.flatMap((one) => pair(textOf(asObject(one), "name"), textOf(asObject(one), "value"))),
      ...pairs(attributes),
    ],
    details: { previousState: textOf(message, "OldStateValue"), threshold: textOf(trigger, "Threshold") },
  };
}

function fromEventBridge(event: Fields): Change {
  const type = textOf(event, "detail-type");
  if (type !== stateChange && type !== contributorChange)
    throw usageError(`it is an event "${type ?? ""}", not "${stateChange}"`);
  const detail = asObject(event.detail);
  const name = textOf(detail, "alarmName");
  if (name === undefined) throw usageError('it is not a CloudWatch alarm: "alarmName" in "detail" is missing');
  const [state, configuration] = [asObject(detail?.state), asObject(detail?.configuration)];
  const contributor = asObject(detail?.alarmContributor);
  const metrics: unknown[] = Array.isArray(configuration?.metrics) ? configuration.metrics : [];
  const metric = metrics.map((one) => asObject(asObject(asObject(one)?.metricStat)?.metric)).find(Boolean);
  const resources: unknown[] = Array.isArray(event.resources) ? event.resources : [];
  return {
    name,
    state: textOf(state, "value"),
    arn: resources.find((one): one is string => typeof one === "string" && one.includes(":alarm:")),
    account: textOf(event, "account"),
    region: textOf(event, "region"),
    contributor: textOf(contributor, "id"),
    description: textOf(configuration, "description"),
    reason: textOf(state, "reason"),
    at: timeOf(textOf(state, "timestamp") ?? textOf(event, "time")),
    namespace: textOf(metric, "namespace"),
    metric: textOf(metric, "name"),
    dimensions: [...pairs(asObject(metric?.dimensions)), ...pairs(asObject(contributor?.attributes))],
    details: {
      previousState: textOf(asObject(detail?.previousState), "value"),
      alarmRule: textOf(configuration, "alarmRule"),
      mutedBy: textOf(asObject(detail?.muteDetail), "mutedByArn"),
      suppressedBy: textOf(state, "actionsSuppressedBy"),
    },
  };
}

function toAlert(change: Change, action: Alert["action"]): Alert {
  const { name, description, reason, region, account, dimensions, contributor, namespace, metric } = change;
  const about = firstLine(description) ?? firstLine(reason);
  const watched = dimensions.map(([, value]) => value).join(" ");
  return {
    action,
    dedupKey: keyOf(change),
    summary: about === undefined ? name : `${name}: ${about}`,
    severity: severityOf(undefined),
    source: watched || ["CloudWatch", account, region].filter(Boolean).join(" "),
    component: namespace,
    group: region,
    class: metric,
    details: {
      alarm: name,
      description,
      reason,
      account,
      region,
      arn: change.arn,
      contributor,
      ...change.details,
      ...Object.fromEntries(dimensions),
    },
    links: [],
    at: change.at,
  };
}

/** The name of an alarm counts within its account and region, which its ARN holds. */
function keyOf({ arn, account, region, name, contributor }: Change): string {
  if (arn !== undefined) return fitKey(contributor === undefined ? arn : `${arn}/${contributor}`);
  return joinKey("cloudwatch", account ?? "", region ?? "", name, ...(contributor === undefined ? [] : [contributor]));
}

/** Attributes distinguish time series as well as their id does. */
function nameOf(attributes: Fields | undefined): string | undefined {
  const all = pairs(attributes).sort(([a], [b]) => compareCodes(a, b));
  return all.length === 0 ? undefined : fingerprint(JSON.stringify(all));
}

function pairs(fields: Fields | undefined): [string, string][] {
  return Object.keys(fields ?? {}).flatMap((name) => pair(name, textOf(fields, name)));
}

function pair(name: string | undefined, value: string | undefined): [string, string][] {
  return name === undefined || value === undefined ? [] : [[name, value]];
}

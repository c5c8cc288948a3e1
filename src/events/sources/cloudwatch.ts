import { CliError, usageError } from "../../errors.ts";
import { parseExactly } from "../../model/exact-json.ts";
import { fingerprint } from "../../model/fingerprint.ts";
import { fitKey } from "../../model/fit-key.ts";
import { asObject } from "../../model/object.ts";
import { compareCodes, encodePart } from "../../model/text.ts";
import { joinKey } from "../dedup-key.ts";
import type { Alert, Reading } from "./alert.ts";
import { type Fields, firstLine, linksOf, objectsIn, severityOf, textOf, timeOf } from "./fields.ts";
import { foreignText, formatOf } from "./signs.ts";

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

/** Envelopes stand in envelopes: SNS in SQS in Lambda. */
const maxEnvelopes = 5;

/**
 * A change of state of a CloudWatch alarm: what SNS posts (an envelope whose `Message` is JSON), that message alone, the event
 * of EventBridge, or what a Lambda action gets; also several of them as SQS, or SNS and SQS through Lambda, deliver them.
 * Sources: Amazon SNS documentation, "Parsing message formats"; AWS Lambda documentation, "Using Lambda with Amazon SNS" and "Amazon
 * SQS"; Amazon CloudWatch documentation, "Alarm events and EventBridge", "Invoke a Lambda function from an alarm"; the message of
 * an alarm as the test data of aws-lambda-go has it.
 *
 * `INSUFFICIENT_DATA` is not an event: missing data is neither a problem (an alarm is configured to treat missing data
 * as a problem where it is one) nor the end of one.
 *
 * @throws {CliError} `usage` when it is none of these
 */
export function fromCloudwatch(document: Fields): Reading[] {
  return open(document, 0);
}

/** The alarms in an envelope; those of several are read one by one, so that a bad one costs no other. */
function open(document: Fields, depth: number): Reading[] {
  const several = document.Records ?? document.Messages;
  if (Array.isArray(several) && depth < maxEnvelopes)
    return several.flatMap((one: unknown, index): Reading[] => {
      try {
        return open(asObject(one) ?? {}, depth + 1);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        return [{ problem: `record ${index + 1}: ${error.message}` }];
      }
    });
  const inner = contentOf(document);
  return inner === undefined || depth >= maxEnvelopes ? readChange(document) : open(inner, depth + 1);
}

function readChange(message: Fields): Reading[] {
  const change = changeOf(message);
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

function changeOf(message: Fields): Change {
  if ("alarmData" in message) return fromAlarmData(message);
  return "detail-type" in message ? fromEventBridge(message) : fromMessage(message);
}

/** What an envelope of SNS, SQS or Lambda holds; undefined when it is none. */
function contentOf(document: Fields): Fields | undefined {
  const { Type: type, Message: text, Sns: notification } = document;
  if (type === "SubscriptionConfirmation" || type === "UnsubscribeConfirmation")
    throw usageError(
      `it is SNS asking about the subscription (${type}), which you answer: open its "SubscribeURL" yourself, or use aws sns confirm-subscription`,
    );
  if (asObject(notification) !== undefined) return asObject(notification);
  if ("AlarmName" in document || "detail-type" in document) return undefined;
  if (typeof text === "string") return parsed(text, 'the "Message" of the SNS notification');
  const body = document.Body ?? document.body;
  return typeof body === "string" && formatOf(document) === undefined
    ? parsed(body, "the body of the SQS message")
    : undefined;
}

function parsed(text: string, what: string): Fields {
  let value: Fields | undefined;
  try {
    value = asObject(parseExactly(text));
  } catch {
    value = undefined;
  }
  if (value === undefined) throw usageError(`${what} is not a JSON object`);
  return value;
}

function fromMessage(message: Fields): Change {
  const name = textOf(message, "AlarmName");
  if (name === undefined) {
    const looks = formatOf(message);
    if (looks !== undefined && looks !== "cloudwatch") throw usageError(foreignText(message, "cloudwatch", ""));
    throw usageError('it is not a CloudWatch alarm: "AlarmName" and "detail-type" are missing');
  }
  const trigger = asObject(message.Trigger);
  // Of an alarm on an expression, the metrics stand in a list.
  const metrics = objectsIn(trigger?.Metrics);
  const stat = metrics.map((one) => asObject(asObject(one.MetricStat)?.Metric)).find(Boolean) ?? trigger;
  const math = metrics.find((one) => textOf(one, "Expression") !== undefined);
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
    namespace: textOf(stat, "Namespace"),
    metric: textOf(stat, "MetricName"),
    dimensions: [
      ...objectsIn(stat?.Dimensions).flatMap((one) => pair(textOf(one, "name"), textOf(one, "value"))),
      ...pairs(attributes),
    ],
    details: {
      previousState: textOf(message, "OldStateValue"),
      threshold: textOf(trigger, "Threshold"),
      expression: textOf(math, "Expression"),
      label: textOf(math, "Label"),
      alarmRule: textOf(message, "AlarmRule"),
      triggeringChildren: objectsIn(message.TriggeringChildren)
        .flatMap((one) => textOf(one, "Arn") ?? [])
        .join(" "),
      suppressedBy: textOf(message, "ActionsSuppressedBy"),
    },
  };
}

function fromEventBridge(event: Fields): Change {
  const type = textOf(event, "detail-type");
  if (type !== stateChange && type !== contributorChange)
    throw usageError(`it is an event "${type ?? ""}", not "${stateChange}"`);
  const detail = asObject(event.detail);
  if (textOf(detail, "alarmName") === undefined)
    throw usageError('it is not a CloudWatch alarm: "alarmName" in "detail" is missing');
  const resources: unknown[] = Array.isArray(event.resources) ? event.resources : [];
  return fromDetail(detail ?? {}, {
    arn: resources.find((one): one is string => typeof one === "string" && one.includes(":alarm:")),
    account: textOf(event, "account"),
    region: textOf(event, "region"),
    time: textOf(event, "time"),
  });
}

function fromAlarmData(event: Fields): Change {
  const data = asObject(event.alarmData);
  if (textOf(data, "alarmName") === undefined)
    throw usageError('it is not a CloudWatch alarm: "alarmName" in "alarmData" is missing');
  return fromDetail(data ?? {}, {
    arn: textOf(event, "alarmArn"),
    account: textOf(event, "accountId"),
    region: textOf(event, "region"),
    time: textOf(event, "time"),
  });
}

function fromDetail(
  detail: Fields,
  { time, ...where }: Pick<Change, "arn" | "account" | "region"> & { time: string | undefined },
): Change {
  const [state, configuration] = [asObject(detail.state), asObject(detail.configuration)];
  const contributor = asObject(detail.alarmContributor);
  const metrics = objectsIn(configuration?.metrics);
  const metric = metrics.map((one) => asObject(asObject(one.metricStat)?.metric)).find(Boolean);
  const math = metrics.find((one) => textOf(one, "expression") !== undefined);
  return {
    ...where,
    name: textOf(detail, "alarmName") ?? "",
    state: textOf(state, "value"),
    contributor: textOf(contributor, "id"),
    description: textOf(configuration, "description"),
    reason: textOf(state, "reason"),
    at: timeOf(textOf(state, "timestamp") ?? time),
    namespace: textOf(metric, "namespace"),
    metric: textOf(metric, "name"),
    dimensions: [...pairs(asObject(metric?.dimensions)), ...pairs(asObject(contributor?.attributes))],
    details: {
      previousState: textOf(asObject(detail.previousState), "value"),
      expression: textOf(math, "expression"),
      label: textOf(math, "label"),
      alarmRule: textOf(configuration, "alarmRule"),
      mutedBy: textOf(asObject(detail.muteDetail), "mutedByArn"),
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
    links: linksOf([["CloudWatch", consoleOf(change.arn)]]),
    at: change.at,
  };
}

/** The hosts of the console, by the partition in an ARN. Source: AWS documentation, "AWS service endpoints", and those of the partitions. */
const consoles: Record<string, string> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** The page of the alarm. */
function consoleOf(arn: string | undefined): string | undefined {
  const [, partition = "", region = "", name = ""] =
    /^arn:([\w-]+):cloudwatch:([\w-]+):\d*:alarm:(.+)$/.exec(arn ?? "") ?? [];
  if (!Object.hasOwn(consoles, partition)) return undefined;
  const alarm = encodePart(name);
  return `https://${region}.${consoles[partition]}/cloudwatch/home?region=${region}#alarmsV2:alarm/${alarm}`;
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

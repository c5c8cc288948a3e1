// Examples of what monitoring systems post, written for the tests after the systems' documentation.

type Fields = Record<string, unknown>;

/** One alert of a group, as Alertmanager tells it. */
export function prometheusAlert(changes: Fields = {}): Fields {
  return {
    status: "firing",
    labels: { alertname: "DiskFull", instance: "db-1:9100", job: "node", cluster: "eu", severity: "critical" },
    annotations: {
      summary: "Disk of db-1 is full",
      description: "Only 2 % are left on /var.\nIt fills up within the hour.",
      runbook_url: "https://runbooks.example.com/disk-full",
    },
    startsAt: "2026-03-01T02:14:07.123456789Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://prometheus.example.com:9090/graph?g0.expr=disk_free+%3C+0.05",
    fingerprint: "5b2f0d8c1a9e7c34",
    ...changes,
  };
}

/** A group as Alertmanager's webhook posts it. */
export function alertmanagerGroup(alerts: unknown, changes: Fields = {}): Fields {
  return {
    receiver: "onduty",
    status: "firing",
    alerts,
    groupLabels: { alertname: "DiskFull" },
    commonLabels: { alertname: "DiskFull" },
    commonAnnotations: {},
    externalURL: "http://alertmanager.example.com:9093",
    version: "4",
    groupKey: '{}:{alertname="DiskFull"}',
    truncatedAlerts: 0,
    ...changes,
  };
}

/** The default payload of Datadog's webhook. */
export function datadogDefault(title: string, changes: Fields = {}): Fields {
  return {
    body: "%%%\nLoad is high\n%%%",
    last_updated: "1772331247000",
    event_type: "metric_alert_monitor",
    title,
    date: "1772331247000",
    org: { id: "4711", name: "Example" },
    id: "7000000000000000001",
    ...changes,
  };
}

/** What SNS is given when a CloudWatch alarm changes its state. */
export function cloudwatchMessage(state: string, changes: Fields = {}): Fields {
  return {
    AlarmName: "checkout-cpu",
    AlarmDescription: "The CPU of checkout is busy.\nSee the runbook.",
    AWSAccountId: "123456789012",
    NewStateValue: state,
    NewStateReason: "Threshold Crossed: 1 datapoint [99.5 (01/03/26 02:10:00)] was greater than the threshold (80.0).",
    StateChangeTime: "2026-03-01T02:14:07.123+0000",
    Region: "EU (Ireland)",
    AlarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout-cpu",
    OldStateValue: "OK",
    Trigger: {
      MetricName: "CPUUtilization",
      Namespace: "AWS/EC2",
      Dimensions: [{ name: "InstanceId", value: "i-0123456789" }],
      Threshold: 80,
    },
    ...changes,
  };
}

/** The envelope in which SNS posts a message. */
export function snsEnvelope(message: unknown, changes: Fields = {}): Fields {
  return {
    Type: "Notification",
    MessageId: "00000000-0000-4000-8000-000000000001",
    TopicArn: "arn:aws:sns:eu-west-1:123456789012:alarms",
    Subject: "ALARM",
    Message: typeof message === "string" ? message : JSON.stringify(message),
    Timestamp: "2026-03-01T02:14:08.000Z",
    ...changes,
  };
}

/** The event of EventBridge for a CloudWatch alarm. */
export function eventBridgeEvent(state: string, detail: Fields = {}, changes: Fields = {}): Fields {
  return {
    version: "0",
    id: "00000000-0000-4000-8000-000000000002",
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: "123456789012",
    time: "2026-03-01T02:14:09Z",
    region: "eu-west-1",
    resources: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout-cpu"],
    detail: {
      alarmName: "checkout-cpu",
      configuration: {
        description: "The CPU of checkout is busy.",
        metrics: [
          {
            id: "m1",
            metricStat: {
              metric: { dimensions: { InstanceId: "i-0123456789" }, name: "CPUUtilization", namespace: "AWS/EC2" },
              period: 300,
              stat: "Average",
            },
          },
        ],
      },
      previousState: { value: "OK", reason: "", timestamp: "2026-03-01T01:00:00.000+0000" },
      state: { value: state, reason: "Threshold Crossed", timestamp: "2026-03-01T02:14:07.123+0000" },
      ...detail,
    },
    ...changes,
  };
}

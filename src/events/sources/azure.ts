import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { type Fields, firstLine, linksOf, objectsIn, severityOf, textOf, textsIn, timeOf } from "./fields.ts";
import { foreignText } from "./signs.ts";

/**
 * An alert of Azure Monitor in the common alert schema. The id of an alert is the same when it is fired and when it is
 * resolved. Source: Microsoft Learn, Azure Monitor, "Common alert schema" and "Sample alert payloads".
 *
 * @throws {CliError} `usage` when it is not in that schema
 */
export function fromAzure(document: Fields): Reading[] {
  const data = asObject(document.data);
  const essentials = asObject(data?.essentials);
  if (essentials === undefined)
    throw usageError(
      foreignText(
        document,
        "azure",
        'its "essentials" are missing; enable the common alert schema in the action group',
      ),
    );
  const context = asObject(data?.alertContext);
  const condition = asObject(context?.condition);
  const name = textOf(essentials, "alertRule") ?? "Azure alert";
  const state = textOf(essentials, "monitorCondition")?.toLowerCase();
  const id = textOf(essentials, "alertId", "originAlertId");
  if (id === undefined) throw usageError('the "alertId" of the alert is missing');
  if (state !== "fired" && state !== "resolved")
    throw usageError(`the condition ${JSON.stringify(essentials.monitorCondition)} is neither "Fired" nor "Resolved"`);
  const targets = textsIn(essentials.alertTargetIDs);
  const health = healthOf(essentials, context, targets[0]);
  const isOver = state === "resolved" || health?.isOver === true;
  const items = textsIn(essentials.configurationItems);
  const about = firstLine(health?.title ?? textOf(essentials, "description"));
  const searches = objectsIn(condition?.allOf).map((one) => ["Search", one.linkToSearchResultsUI] as [string, unknown]);
  return [
    {
      alert: {
        action: isOver ? "resolve" : "trigger",
        dedupKey: health?.key ?? joinKey("azure", id.toLowerCase()),
        summary: about === undefined ? name : `${name}: ${about}`,
        severity: azureSeverity(textOf(essentials, "severity")),
        source: items[0] ?? targets[0]?.split("/").at(-1) ?? "Azure Monitor",
        component: textOf(essentials, "monitoringService"),
        group: targets.map((one) => /\/resourcegroups\/([^/]+)/i.exec(one)?.[1]).find(Boolean),
        class: textOf(essentials, "signalType"),
        details: { ...essentials, ...asObject(data?.customProperties), alertContext: context },
        links: linksOf([
          ["Alert", essentials.investigationLink],
          ["Search", context?.LinkToSearchResults],
          ...searches,
        ]),
        at: timeOf(textOf(essentials, state === "resolved" ? "resolvedDateTime" : "firedDateTime")),
      },
    },
  ];
}

/** Stages of an outage or of maintenance that is over; the analysis of its cause comes later still. */
const overStages = /^(?:resolved|completed?|cancell?ed|rca)$/i;

/**
 * What an alert on the health of a service or resource is about. Each of its notifications is "Fired" and has an id of its own, the end of
 * the outage too. Source: Microsoft Learn, "Sample alert payloads", "Monitoring service = ServiceHealth", "Resource Health".
 */
function healthOf(essentials: Fields, context: Fields | undefined, target: string | undefined) {
  const service = textOf(essentials, "monitoringService")?.replace(/\s/g, "").toLowerCase();
  const properties = asObject(context?.properties);
  const about = service === "servicehealth" ? textOf(properties, "trackingId") : target?.toLowerCase();
  if ((service !== "servicehealth" && service !== "resourcehealth") || about === undefined) return undefined;
  const stages = [textOf(context, "status"), textOf(properties, "stage")];
  return {
    key: joinKey("azure", "health", about),
    title: textOf(properties, "title"),
    isOver: stages.some((stage) => overStages.test(stage?.trim() ?? "")),
  };
}

/** Azure counts from 0: critical, error, warning, informational, verbose. */
function azureSeverity(word: string | undefined) {
  const level = /^sev([0-4])$/i.exec(word?.trim() ?? "")?.[1];
  return level === undefined
    ? severityOf(word)
    : ((["critical", "error", "warning", "info", "info"] as const)[Number(level)] ?? "error");
}

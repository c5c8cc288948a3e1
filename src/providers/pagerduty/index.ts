import type { ProviderCode } from "../provider.ts";
import { actOnIncidents } from "./actions.ts";
import { listAlerts } from "./alerts.ts";
import { authorize, checkForm, kindOf } from "./auth.ts";
import { listChanges } from "./changes.ts";
import { checkNew, createIncident } from "./create.ts";
import { listDirectory } from "./directory.ts";
import { readError } from "./errors.ts";
import { checkEvent, deliverEvent, eventLimits, pace } from "./events.ts";
import { listIncidents } from "./incidents.ts";
import { validateKey, whoami } from "./keys.ts";
import { mergeIncidents } from "./merge.ts";
import { onCall, shifts } from "./oncall.ts";
import { listOpenAlerts } from "./open-alerts.ts";
import { addOverride, listOverrides, overrideSpan, readForChange, removeOverride } from "./overrides.ts";
import { pageOf as nextPageOf } from "./paging.ts";
import { withPast } from "./past.ts";
import { pageOf, refreshIncidents, showIncident } from "./show.ts";
import { addSilence, checkSilence, listSilences, removeSilence } from "./silences.ts";
import { listSimilar } from "./similar.ts";
import { readTimeline } from "./timeline.ts";
import { checkAction, maxAssignees } from "./writes.ts";

export const pagerduty = {
  dialect(kind, key) {
    checkForm(kind, key);
    return {
      keyKind: kindOf(kind, key),
      authorize: (request) => authorize(request, kind, key),
      readError: (answer) => readError(answer, kind),
    };
  },
  events: {
    limits: eventLimits,
    check: checkEvent,
    connections: ({ keys }, { action }) =>
      action === "change" || !keys.has("api") ? ["integration"] : ["integration", "api"],
    deliver: deliverEvent,
    openAlerts: listOpenAlerts,
    pace,
  },
  incidents: {
    list: listIncidents,
    // Q and 13 more, or P and 6 more.
    idForm: (word) => (/^(?:Q[A-Z0-9]{13}|P[A-Z0-9]{6})$/.test(word) ? "id" : "number"),
    show: showIncident,
    refresh: refreshIncidents,
    check: checkAction,
    takesForms: true,
    maxAssignees,
    act: actOnIncidents,
    checkNew,
    create: createIncident,
    merge: mergeIncidents,
    timeline: readTimeline,
    alerts: listAlerts,
    withPast,
    similar: listSimilar,
    page: pageOf,
  },
  directory: listDirectory,
  onCall,
  shifts,
  overrides: {
    span: overrideSpan,
    list: listOverrides,
    read: readForChange,
    add: addOverride,
    remove: removeOverride,
  },
  changes: listChanges,
  silences: { list: listSilences, check: checkSilence, add: addSilence, remove: removeSilence },
  listMethods: ["GET", "POST"],
  pageOf: nextPageOf,
  validateKey,
  whoami,
} satisfies ProviderCode;

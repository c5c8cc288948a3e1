import type { ProviderCode } from "../provider.ts";
import { actOnIncidents } from "./actions.ts";
import { listAlerts, listSimilar } from "./alerts.ts";
import { listChanges } from "./changes.ts";
import { createIncident, mergeIncidents } from "./create.ts";
import { listDirectory } from "./directory.ts";
import { checkEvent, deliverEvent, eventLimits, keyFor } from "./events.ts";
import { idForm } from "./ids.ts";
import { listIncidents } from "./incidents.ts";
import { validateKey, whoami } from "./keys.ts";
import { onCall, shifts } from "./oncall.ts";
import { listOpenAlerts } from "./open-alerts.ts";
import { addOverride, listOverrides, overrideSpan, readSchedule, removeOverride } from "./overrides.ts";
import { pageOf as nextPageOf } from "./paging.ts";
import { assigneeDoubt } from "./people.ts";
import { refreshIncidents, showIncident } from "./show.ts";
import { addSilence, checkSilence, listSilences, removeSilence } from "./silences.ts";
import { pageOf, readTimeline } from "./timeline.ts";
import { authorize, keyOf, readError } from "./wire.ts";
import { checkAction, maxAssignees } from "./writes.ts";

export const flashduty = {
  dialect: (kind, key) => ({ authorize: (request) => authorize(request, kind, key), readError }),
  events: {
    limits: eventLimits,
    check: checkEvent,
    connections: (_, event) => [keyFor(event)],
    deliver: deliverEvent,
    openAlerts: listOpenAlerts,
  },
  incidents: {
    list: listIncidents,
    filters: ["labels", "muted", "acker"],
    idForm,
    show: showIncident,
    refresh: refreshIncidents,
    check: checkAction,
    assigneeDoubt,
    takesForms: true,
    maxAssignees,
    act: actOnIncidents,
    create: createIncident,
    merge: mergeIncidents,
    timeline: readTimeline,
    alerts: listAlerts,
    similar: listSimilar,
    page: pageOf,
  },
  directory: listDirectory,
  onCall,
  shifts,
  overrides: {
    span: overrideSpan,
    list: listOverrides,
    read: readSchedule,
    add: addOverride,
    remove: removeOverride,
  },
  changes: listChanges,
  silences: { list: listSilences, check: checkSilence, add: addSilence, remove: removeSilence },
  keyOf,
  listMethods: ["GET", "POST"],
  pageOf: nextPageOf,
  validateKey,
  whoami,
} satisfies ProviderCode;

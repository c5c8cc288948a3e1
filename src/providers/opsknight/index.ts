import type { ProviderCode } from "../provider.ts";
import { actOnIncidents } from "./actions.ts";
import { checkNew, createIncident } from "./create.ts";
import { listDirectory } from "./directory.ts";
import { keyFor } from "./event-key.ts";
import { checkEvent, deliverEvent, eventLimits, pace } from "./events.ts";
import { findOutage } from "./health.ts";
import { listIncidents, refreshIncidents, showIncident } from "./incidents.ts";
import { kindOf, validateKey, whoami } from "./keys.ts";
import { onCall, schedulePage } from "./oncall.ts";
import { listOpenAlerts } from "./open-alerts.ts";
import { isOpen } from "./open-key.ts";
import { checkAction, sideEffect } from "./outcomes.ts";
import { pageOf as nextPageOf } from "./paging.ts";
import { pageOf, readTimeline } from "./timeline.ts";
import { authorize, keyOf, readError } from "./wire.ts";

export const opsknight = {
  dialect(kind, key) {
    return {
      keyKind: kindOf(key),
      authorize: (request) => authorize(request, kind, key),
      readError: (answer) => readError(answer, kind),
    };
  },
  events: {
    limits: eventLimits,
    check: checkEvent,
    connections: (connection, event) => [keyFor(connection, event)],
    deliver: deliverEvent,
    isOpen,
    openAlerts: listOpenAlerts,
    pace,
  },
  incidents: {
    list: listIncidents,
    // A cuid, which 1.3.1 gives; others may have another form.
    idForm: (word) => (/^c[a-z0-9]{24}$/.test(word) ? "id" : "number"),
    show: showIncident,
    refresh: refreshIncidents,
    check: checkAction,
    maxAssignees: 1,
    sideEffect,
    act: actOnIncidents,
    checkNew,
    create: createIncident,
    timeline: readTimeline,
    page: pageOf,
  },
  directory: listDirectory,
  onCall,
  schedulePage,
  findOutage,
  keyOf,
  listMethods: ["GET"],
  pageOf: nextPageOf,
  validateKey,
  whoami,
} satisfies ProviderCode;

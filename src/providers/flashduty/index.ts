import type { Provider } from "../provider.ts";
import { actOnIncidents } from "./actions.ts";
import { checkEvent, deliverEvent, eventLimits } from "./events.ts";
import { listIncidents, showIncident } from "./incidents.ts";
import { validateKey, whoami } from "./keys.ts";
import { listServices, onCall } from "./oncall.ts";
import { authorize, readError } from "./wire.ts";

export const flashduty = {
  name: "flashduty",
  title: "Flashduty",
  defaultBaseUrl: "https://api.flashcat.cloud",
  keyPrefixes: [],
  dialect: (kind, key) => ({ authorize: (request) => authorize(request, kind, key), readError }),
  events: { limits: eventLimits, check: checkEvent, deliver: deliverEvent },
  incidents: { list: listIncidents, show: showIncident, act: actOnIncidents },
  listServices,
  onCall,
  validateKey,
  whoami,
} satisfies Provider;

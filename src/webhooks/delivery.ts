import type { Shape } from "../output/shape.ts";
import type { SignedRequest } from "../providers/webhooks.ts";

/** A webhook that was received, its signature good, as JSON prints it. */
export interface Delivery {
  /** Such as `incident.triggered`; null if the body has no type. */
  event: string | null;
  /** When the vendor signed it, else the time in the body; ISO 8601 UTC. */
  sentAt: string | null;
  receivedAt: string;
  form: string | null;
  /** Null if the body names none. */
  incident: { id: string; title: string | null; url: string | null } | null;
  /** The body as the vendor sent it. */
  payload: Record<string, unknown>;
}

/** What `Delivery` was made from. */
export interface Received {
  delivery: Delivery;
  request: SignedRequest;
}

export const deliveryShape: Shape<Delivery> = {
  columns: [
    { header: "RECEIVED AT", value: (row) => row.receivedAt },
    { header: "EVENT", value: (row) => row.event },
    { header: "PAYLOAD", value: (row) => JSON.stringify(row.payload), cut: 1 },
  ],
  fields: ["event", "sentAt", "receivedAt", "form", "incident", "payload"],
};

/** At a terminal, where a table was asked for. */
export function lineOf({ event, receivedAt, incident }: Delivery): string {
  const { id, title, url } = incident ?? { id: null, title: null, url: null };
  return [receivedAt, event ?? "-", id, title, url].filter((text) => text !== null).join("  ");
}

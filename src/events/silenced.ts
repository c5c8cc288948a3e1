import type { Printer } from "../output/printer.ts";
import type { Delivery, DeliveryTools } from "./flush.ts";
import { silencedLine } from "./outcome.ts";

/** See `silencedLine`. */
export function silencedDelivery(delivery: Delivery): string | undefined {
  if (delivery.outcome !== "delivered") return undefined;
  return silencedLine(delivery.entry.event, delivery.receipt.incident);
}

/** The same tools, which also warn of earlier events that notify nobody. */
export function warningOfSilenced<Tools extends DeliveryTools>(tools: Tools, printer: Printer): Tools {
  const { onDelivery } = tools;
  return {
    ...tools,
    async onDelivery(delivery: Delivery) {
      await onDelivery?.(delivery);
      const silenced = silencedDelivery(delivery);
      if (silenced !== undefined) await printer.warn(silenced);
    },
  };
}

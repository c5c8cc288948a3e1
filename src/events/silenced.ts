import type { Printer } from "../output/printer.ts";
import type { Delivery, DeliveryTools } from "./flush.ts";
import { silencedLines } from "./outcome.ts";

/** See `silencedLines`. */
export function silencedDelivery(delivery: Delivery): readonly string[] {
  if (delivery.outcome !== "delivered") return [];
  return silencedLines(delivery.entry.event, delivery.receipt);
}

/** The same tools, which also warn of earlier events that notify nobody. */
export function warningOfSilenced<Tools extends DeliveryTools>(tools: Tools, printer: Printer): Tools {
  const { onDelivery } = tools;
  return {
    ...tools,
    async onDelivery(delivery: Delivery) {
      await onDelivery?.(delivery);
      for (const line of silencedDelivery(delivery)) await printer.warn(line);
    },
  };
}

import { Pacer } from "../concurrency/pacer.ts";
import type { Context, Vendor } from "../context.ts";
import type { Event } from "../model/event.ts";
import type { Printer } from "../output/printer.ts";
import type { EventPace } from "../providers/provider.ts";

const minuteMs = 60_000;

/** Holds many events back so that others who share the vendor's allowance can send theirs. */
export class SharedAllowance {
  readonly #ctx: Pick<Context, "signal">;
  readonly #printer: Printer;
  /** By base URL. */
  readonly #pacers = new Map<string, Pacer>();

  constructor(ctx: Pick<Context, "signal">, printer: Printer) {
    this.#ctx = ctx;
    this.#printer = printer;
  }

  /** Resolves when the event may be sent: with true after a wait. */
  async turn({ provider, connection }: Vendor<"events">, event: Event): Promise<boolean> {
    const pace = await provider.events.pace?.(connection, event);
    if (pace === undefined) return false;
    const { baseUrl } = connection.profile;
    const pacer = this.#pacers.get(baseUrl) ?? this.#pacerOf(pace);
    this.#pacers.set(baseUrl, pacer);
    return pacer.turn(this.#ctx.signal);
  }

  #pacerOf({ perMinute, reason, hint }: EventPace): Pacer {
    const lines = [`sending ${perMinute} events a minute: ${reason}`, ...(hint === undefined ? [] : [hint])];
    const onWait = async (): Promise<void> => {
      for (const line of lines) await this.#printer.notice(line);
    };
    return new Pacer({ max: perMinute, windowMs: minuteMs, onWait: () => void onWait() });
  }
}

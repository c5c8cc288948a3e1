import { Pacer } from "../concurrency/pacer.ts";
import type { Context, Vendor } from "../context.ts";
import type { Event } from "../model/event.ts";
import type { Printer } from "../output/printer.ts";

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
    const perMinute = await provider.events.sharedPerMinute?.(connection, event);
    if (perMinute === undefined) return false;
    const { baseUrl, name } = connection.profile;
    const pacer = this.#pacers.get(baseUrl) ?? this.#pacerOf(perMinute, name);
    this.#pacers.set(baseUrl, pacer);
    return pacer.turn(this.#ctx.signal);
  }

  #pacerOf(perMinute: number, profile: string): Pacer {
    const lines = [
      `sending ${perMinute} events a minute: all API keys of this server share one allowance`,
      `an integration key has its own: onduty keys set ${profile} --kind integration`,
    ];
    const onWait = async (): Promise<void> => {
      for (const line of lines) await this.#printer.notice(line);
    };
    return new Pacer({ max: perMinute, windowMs: minuteMs, onWait: () => void onWait() });
  }
}

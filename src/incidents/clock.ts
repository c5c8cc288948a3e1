import type { Connected } from "../context.ts";

/** Times of less than this are off by the way of the request and by seconds that were cut. */
const clockWrongMs = 300_000;

/** Why a span of time may be another one at the vendor, by the last response; undefined where clocks agree. */
export async function clockDoubt(connection: Connected["connection"]): Promise<string | undefined> {
  const aheadMs = (await connection.http()).clockAheadMs();
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  if (Math.abs(aheadMs) < clockWrongMs) return undefined;
  return `the clock of this machine is ${minutes} min ${aheadMs < 0 ? "ahead of" : "behind"} the server's`;
}

import { usageError } from "../errors.ts";
import { readDuration } from "../output/duration.ts";

const kinds = ["latency", "429", "500", "502", "503", "reset", "half", "html", "timeout"] as const;
type Kind = (typeof kinds)[number];

/** What breaks, and how often: shares between 0 and 1. */
export interface Chaos {
  latencyMs: number;
  shares: Partial<Record<Kind, number>>;
}

/**
 * Reads `latency=200ms,429=5%,500=10%,reset=2%`.
 *
 * @throws {CliError} `usage` on a word or a number that it does not know
 */
export function parseChaos(spec: string): Chaos {
  const chaos: Chaos = { latencyMs: 0, shares: {} };
  for (const part of spec.split(",").filter((one) => one.trim() !== "")) {
    const [name = "", value = ""] = part.trim().split("=");
    const kind = kinds.find((one) => one === name);
    if (kind === undefined)
      throw usageError(
        `--chaos does not know "${name}"; it knows ${kinds.join(", ")}`,
        "--chaos 'latency=200ms,429=5%,500=10%,reset=2%'",
      );
    if (kind === "latency") {
      const ms = readDuration(value);
      if (ms === undefined) throw usageError(`--chaos latency "${value}" is not a duration`, "--chaos latency=200ms");
      chaos.latencyMs = ms;
      continue;
    }
    const share = /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
    if (share === undefined || Number(share) > 100)
      throw usageError(`--chaos ${name} "${value}" is not a share of 100`, `--chaos ${name}=5%`);
    chaos.shares[kind] = Number(share) / 100;
  }
  return chaos;
}

/** What happens to this request: one of the kinds by its share, or nothing. */
export function draw(chaos: Chaos, random: () => number): Kind | undefined {
  let at = random();
  for (const kind of kinds) {
    const share = chaos.shares[kind] ?? 0;
    if (at < share) return kind;
    at -= share;
  }
  return undefined;
}

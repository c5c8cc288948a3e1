import { usageError } from "../errors.ts";
import { readDuration } from "../model/duration.ts";

const kinds = ["429", "500", "502", "503", "reset", "timeout", "half", "html"] as const;

/** A way to break a response: a status, or a failure of the connection or the body. */
export type ChaosKind = (typeof kinds)[number];

/** What a vendor may answer, and a client easily forgets. All but conflicts are Flashduty's, whose documents allow them. */
export interface Quirks {
  /** Empty lists and objects are null. */
  nulls?: true;
  /** States, severities and types of history have words that are not known. */
  words?: true;
  /** What is not required is missing. */
  missing?: true;
  /** OpsKnight 1.3.1 fails on two new incidents of a service at once. */
  conflicts?: true;
  /** Milliseconds until lists show a change. */
  lateMs?: number;
  /** Status with which additional routes fail: names of people, incidents before and after an action. */
  side?: 403 | 429 | 500 | 503;
}

const flags = ["nulls", "words", "missing", "conflicts"] as const;
const sideStatuses = [403, 429, 500, 503] as const;

/** What breaks, and how often. */
export interface Chaos {
  /** Delay of each response, in milliseconds. */
  latencyMs: number;
  /** Shares of all requests, between 0 and 1. */
  shares: Partial<Record<ChaosKind, number>>;
  quirks?: Quirks;
}

/**
 * Reads `latency=200ms,429=5%,500=10%,reset=2%,timeout=1%,half=1%,html=1%`, and the quirks `nulls,words,missing,conflicts,late=2s,side=403`;
 * nothing at all is no chaos.
 *
 * @throws {CliError} `usage` on a word or a number that it does not know, and on shares above 100 % together
 */
export function parseChaos(spec: string): Chaos {
  const chaos: Chaos = { latencyMs: 0, shares: {} };
  for (const part of spec.split(",").filter((one) => one.trim() !== "")) {
    const [name = "", value = "", ...more] = part.split("=").map((word) => word.trim());
    if (name === "latency") {
      const ms = more.length > 0 ? undefined : readDuration(value);
      if (ms === undefined || ms > 600_000)
        throw usageError(`chaos latency "${value}" is not a duration of at most 10m`, "--chaos latency=200ms");
      chaos.latencyMs = ms;
      continue;
    }
    const quirk = more.length > 0 ? undefined : readQuirk(name, value);
    if (quirk !== undefined) {
      chaos.quirks = { ...chaos.quirks, ...quirk };
      continue;
    }
    const kind = kinds.find((one) => one === name);
    if (kind === undefined)
      throw usageError(
        `chaos does not know "${name}"; it knows latency, ${[...kinds, ...flags, "late", "side"].join(", ")}`,
        "--chaos 'latency=200ms,429=5%,500=10%,reset=2%'",
      );
    const share = more.length > 0 ? undefined : /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
    if (share === undefined || Number(share) > 100)
      throw usageError(`chaos ${name} "${value}" is not a share of 100, such as 5%`, `--chaos ${name}=5%`);
    chaos.shares[kind] = Number(share) / 100;
  }
  // One die is cast for each request, so the shares divide the requests among them.
  const sum = Object.values(chaos.shares).reduce((total, share) => total + share, 0);
  if (sum > 1 + 1e-9)
    throw usageError(`chaos breaks ${Math.round(sum * 100)}% of the requests, more than all`, "--chaos 500=10%");
  return chaos;
}

/** One quirk; undefined for another word. @throws {CliError} `usage` on a value that it does not take */
function readQuirk(name: string, value: string): Quirks | undefined {
  const flag = flags.find((one) => one === name);
  if (flag !== undefined) {
    if (value !== "") throw usageError(`chaos ${name} takes no value`, `--chaos ${name}`);
    return { [flag]: true };
  }
  if (name === "late") {
    const lateMs = readDuration(value);
    if (lateMs === undefined || lateMs > 600_000)
      throw usageError(`chaos late "${value}" is not a duration of at most 10m`, "--chaos late=2s");
    return { lateMs };
  }
  if (name !== "side") return undefined;
  const side = sideStatuses.find((status) => String(status) === value);
  if (side === undefined)
    throw usageError(`chaos side "${value}" is none of ${sideStatuses.join(", ")}`, "--chaos side=403");
  return { side };
}

/** What happens to this request: one of the kinds by its share, or nothing. */
export function draw(chaos: Chaos, random: () => number): ChaosKind | undefined {
  let at = random();
  for (const kind of kinds) {
    const share = chaos.shares[kind] ?? 0;
    if (at < share) return kind;
    at -= share;
  }
  return undefined;
}

import pMap from "p-map";
import type { Connected, Vendor } from "../context.ts";
import { CliError, unsupported } from "../errors.ts";
import type { Reference } from "../model/incident.ts";
import type { Shift } from "../model/oncall.ts";
import { pick, readDirectory } from "./resolve.ts";

export interface ShiftsReport {
  /** By schedule, each in the order of time; gaps are shifts without people. */
  shifts: Shift[];
  /** Of kind `partial`, when some schedules could not be read. */
  failure: CliError | undefined;
  /** What is not known of the shifts, such as names. */
  unknown: string[];
}

/** Schedules that are read at once. */
const atOnce = 6;

/**
 * The shifts that overlap a span, of the schedules that words mean, or of all.
 *
 * @throws {CliError} `usage` when the vendor publishes no shifts, with the page of the schedule; else the error of the first schedule,
 * when none could be read
 */
export async function readAllShifts(
  vendor: Vendor<"directory">,
  words: readonly string[],
  span: { from: Date; until: Date },
): Promise<ShiftsReport> {
  const all = await readDirectory(vendor, "schedules");
  const chosen: readonly Reference[] = words.length === 0 ? all.rows : words.map((word) => pick("schedule", word, all));
  const { provider, connection } = vendor;
  const { shifts } = provider;
  if (shifts === undefined) throw noShifts(vendor, chosen);
  const read = await pMap(
    chosen,
    async ({ id, name }) => {
      try {
        return await shifts(connection, { id, name }, span);
      } catch (error) {
        if (!(error instanceof CliError) || error.status === 401 || error.kind === "usage") throw error;
        return { name, error };
      }
    },
    { concurrency: atOnce },
  );
  const failures = read.flatMap((one) => ("error" in one ? [one] : []));
  const [first] = failures;
  if (first !== undefined && failures.length === chosen.length) throw first.error;
  const reasons = failures.map(({ name, error }) => `${name}: ${error.message}`).join("; ");
  return {
    shifts: read.flatMap((one) => ("rows" in one ? one.rows : [])),
    failure:
      first === undefined
        ? undefined
        : new CliError("partial", `${failures.length} of ${chosen.length} schedules did not answer: ${reasons}`),
    unknown: [
      ...(words.length === 0 && all.truncated !== undefined ? [`not all schedules are listed: ${all.truncated}`] : []),
      ...new Set(read.flatMap((one) => ("rows" in one && one.unknown !== undefined ? [one.unknown] : []))),
    ],
  };
}

function noShifts({ provider, connection }: Connected, [first]: readonly Reference[]): CliError {
  const page = first === undefined ? undefined : provider.schedulePage?.(connection, first.id);
  return unsupported(provider.name, "shifts to show", page === undefined ? "onduty oncall" : `see ${page}`);
}

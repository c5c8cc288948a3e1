import pMap from "p-map";
import type { Connected, Vendor } from "../context.ts";
import { CliError, isInterrupt, messageWithIds, unsupported } from "../errors.ts";
import type { Reference, Report } from "../model/incident.ts";
import type { Shift } from "../model/oncall.ts";
import { pick, readDirectory } from "./resolve.ts";

export interface ShiftsReport extends Omit<SchedulesReport<Shift>, "rows"> {
  /** By schedule, each in the order of time; gaps are shifts without people. */
  shifts: Shift[];
}

/** What several schedules have. */
export interface SchedulesReport<Row> {
  rows: Row[];
  /** Of kind `partial`, when some schedules could not be read. */
  failure: CliError | undefined;
  /** What is not known of the rows, such as names. */
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
  const { provider, connection } = vendor;
  const { shifts } = provider;
  const { rows, ...more } = await readSchedules(vendor, words, (schedule, chosen) => {
    if (shifts === undefined) throw noShifts(vendor, chosen);
    return shifts(connection, schedule, span);
  });
  // Without a schedule, nobody was asked.
  if (shifts === undefined) throw noShifts(vendor, []);
  return { shifts: rows, ...more };
}

/**
 * What the schedules have that words mean, or all, read one beside the other.
 *
 * @throws {CliError} the error of the first schedule, when none could be read, and any about the usage of one that was named
 */
export async function readSchedules<Row>(
  vendor: Connected,
  words: readonly string[],
  read: (schedule: Reference, chosen: readonly Reference[]) => Promise<Report<Row>>,
): Promise<SchedulesReport<Row>> {
  const all = await readDirectory(vendor, "schedules");
  const chosen: readonly Reference[] = words.length === 0 ? all.rows : words.map((word) => pick("schedule", word, all));
  const answers = await pMap(
    chosen,
    async ({ id, name }) => {
      try {
        return await read({ id, name }, chosen);
      } catch (error) {
        if (!(error instanceof CliError) || error.status === 401 || isInterrupt(error)) throw error;
        // What one schedule does not have is no reason to leave out the others.
        const isOfOne = error.kind !== "usage" || (error.reason === "unsupported" && chosen.length > 1);
        if (!isOfOne) throw error;
        return { name, error };
      }
    },
    { concurrency: atOnce },
  );
  const failures = answers.flatMap((one) => ("error" in one ? [one] : []));
  const [first] = failures;
  if (first !== undefined && failures.length === chosen.length) throw first.error;
  const reasons = failures.map(({ name, error }) => `${name}: ${messageWithIds(error)}`).join("; ");
  return {
    rows: answers.flatMap((one) => ("rows" in one ? one.rows : [])),
    failure:
      first === undefined
        ? undefined
        : new CliError("partial", `${failures.length} of ${chosen.length} schedules could not be read: ${reasons}`),
    unknown: [
      ...(words.length === 0 && all.truncated !== undefined ? [`not all schedules are listed: ${all.truncated}`] : []),
      ...(words.length === 0 && all.notice !== undefined ? [all.notice] : []),
      ...new Set(answers.flatMap((one) => ("rows" in one && one.unknown !== undefined ? [one.unknown] : []))),
    ],
  };
}

function noShifts({ provider, connection }: Connected, [only, ...others]: readonly Reference[]): CliError {
  const page = provider.schedulePage?.(connection, others.length === 0 ? only?.id : undefined);
  return unsupported(provider.name, "shifts to show", page === undefined ? "onduty oncall" : `see ${page}`);
}

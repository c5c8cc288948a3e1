import { CliError, usageError } from "../../errors.ts";
import { parseExactly } from "../../model/exact-json.ts";
import { asObject } from "../../model/object.ts";
import type { SplitterOptions } from "./documents.ts";
import type { Format } from "./format.ts";
import { readOwn } from "./own.ts";
import { fromPagerduty, isPagerduty } from "./pagerduty.ts";
import type { LineDefaults } from "./parts.ts";
import type { ItemReading } from "./reading.ts";
import { foreignText } from "./signs.ts";

/** What makes events of the documents of an input. */
export interface Reader {
  /** How the input is cut. */
  splits: SplitterOptions;
  /** The items of one document. @throws {CliError} `usage` with what is wrong with it */
  read(value: unknown): ItemReading[] | Promise<ItemReading[]>;
}

/** The maximum length of an event, in UTF-16 units. */
const maxEventLength = 1024 * 1024;

/** A reader of what a system posts, of what a jq expression makes of any JSON, or else of events. @throws {CliError} `usage` */
export async function readerOf(
  { from, map }: { from?: Format; map?: string },
  defaults: LineDefaults,
): Promise<Reader> {
  if (map !== undefined) return mapReader(map, defaults);
  if (from === undefined)
    return { splits: { maxLength: maxEventLength, lines: true }, read: (value) => [readOwn(value, defaults)] };
  if (from === "pagerduty") return { splits: { lines: true }, read: (value) => [readPagerduty(value, defaults)] };
  const { readAlerts } = await import("./read.ts");
  return { splits: {}, read: await readAlerts(from, defaults) };
}

function readPagerduty(value: unknown, defaults: LineDefaults): ItemReading {
  const fields = asObject(value);
  if (fields === undefined) throw usageError("it is not a JSON object");
  if (!isPagerduty(fields))
    throw usageError(foreignText(fields, "pagerduty", '"event_action" and "payload" are missing'));
  return fromPagerduty(fields, defaults);
}

/** The expression is loaded and checked once. Its results are events, or lists of them; null makes none. */
async function mapReader(expression: string, defaults: LineDefaults): Promise<Reader> {
  const { checkJq, runJq } = await import("../../output/jq.ts");
  await checkJq(expression, "--map");
  return {
    splits: { keepsLists: true },
    read: async (value) => {
      const text = await runJq(JSON.stringify(value), expression, { raw: false, pretty: false }, "--map");
      const results = text.split("\n").flatMap((line): unknown[] => (line === "" ? [] : [parseExactly(line)]));
      const events = results.flat().filter((one) => one !== null);
      if (events.length === 0) return [{ skipped: "--map makes no event of it" }];
      return events.map((one) => readResult(one, defaults));
    },
  };
}

/** One bad result costs no other. */
function readResult(value: unknown, defaults: LineDefaults): ItemReading {
  try {
    return readOwn(value, defaults);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { problem: `--map: ${error.message}` };
  }
}

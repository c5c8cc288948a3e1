import type { Command } from "commander";
import type { Printer } from "../../output/printer.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { describeCommand, describeProgram } from "./describe.ts";
import type { HelpTopic } from "./topics.ts";

/** What help was asked of; a word can be both. */
export interface Found {
  topic?: HelpTopic | undefined;
  /** Filled, as is the program when there is neither. */
  command?: Command | undefined;
  /** Vendors that a topic names. */
  vendors: readonly VendorDescriptor[];
}

/** Prints help for programs: a topic that is a table as rows, anything else as one object. */
export async function printHelp(printer: Printer, program: Command, { topic, command, vendors }: Found): Promise<void> {
  const rows = await topic?.rows?.(vendors);
  const [first] = rows ?? [];
  if (rows !== undefined && first !== undefined) {
    const fields = Object.keys(first);
    printer.check({ fields });
    const columns = fields.map((field) => ({ header: field.toUpperCase(), value: cell(field) }));
    await printer.list([[...rows]], { columns, fields });
    return;
  }
  const described = command === undefined ? undefined : await describeCommand(command);
  const shown =
    topic === undefined
      ? (described ?? (await describeProgram(program)))
      : { topic: topic.name, ...(described ?? { summary: topic.about }), text: await topic.load(vendors) };
  const shape = { columns: [], fields: Object.keys(shown) };
  printer.check(shape);
  await printer.object(shown, shape);
}

function cell(field: string): (row: object) => string | null {
  return (row) => String(new Map(Object.entries(row)).get(field) ?? "");
}

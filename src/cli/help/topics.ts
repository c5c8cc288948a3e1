import type { VendorDescriptor } from "../../providers/descriptor.ts";

/** What `onduty help` explains besides commands. The text is loaded when it is asked for. */
export interface HelpTopic {
  name: string;
  about: string;
  load(vendors?: readonly VendorDescriptor[]): Promise<string>;
  /** Its table, where the text is one: rows for programs. */
  rows?(vendors?: readonly VendorDescriptor[]): Promise<readonly object[]>;
}

export const topics: readonly HelpTopic[] = [
  {
    name: "environment",
    about: "Variables that onduty reads",
    load: async (vendors) => (await import("./environment.ts")).environment(vendors),
    rows: async (vendors) => (await import("./environment.ts")).variableRows(vendors),
  },
  {
    name: "exit-codes",
    about: "What each exit code means, for scripts",
    load: async () => (await import("./exit-codes.ts")).exitCodes,
    rows: async () => (await import("./exit-codes.ts")).exitCodeRows,
  },
  {
    name: "formatting",
    about: "Formats of output, fields, jq, colors and times",
    load: async () => (await import("./formatting.ts")).formatting,
  },
  {
    name: "options",
    about: "Options that every command takes",
    load: async () => (await import("./global-options.ts")).globalOptionsText(),
  },
  {
    name: "profiles",
    about: "Profiles, keys, and which of them applies",
    load: async (vendors) => (await import("./profiles.ts")).profiles(vendors),
  },
  {
    name: "spool",
    about: "How an event is kept until it is delivered",
    load: async () => (await import("./spool.ts")).spool,
  },
];

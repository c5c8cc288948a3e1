import { ids, optionalWords, words } from "../options.ts";

/* How the commands on incidents take ids. */

/** Ids, of which there has to be one. */
export const incidentIds = words("id", "ids, or - to read them from standard input", { completes: ids("incidents") });

/** Ids that filters may stand in for. */
export const optionalIncidentIds = (of: "incidents" | "resolved" = "incidents") =>
  optionalWords("id", "ids, or - to read them from standard input (lines, or JSON of `incidents list`)", {
    completes: ids(of),
  });

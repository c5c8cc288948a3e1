import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { flag, ids, text } from "../../cli/options.ts";
import type { Vendor } from "../../context.ts";
import { findAssignee } from "../../directory/resolve.ts";
import { CliError, usageError } from "../../errors.ts";
import type { Person } from "../../model/incident.ts";

export const assign = defineIncidentAction({
  name: "assign",
  verb: "assign",
  summary: "Assign incidents to somebody, or escalate them to the next level",
  options: {
    to: text("user", "id, e-mail address, name or me; none takes it away from whoever has it", {
      completes: ids("users", "me", "none"),
    }),
    add: flag("call in this person beside those who have it, where the vendor can"),
    escalate: flag("to the next level of its escalation rule, where the vendor can"),
  },
  exampleOptions: " --to me",
  check({ to, add, escalate }) {
    if ((to === undefined) === (escalate !== true))
      throw usageError("assign takes --to USER or --escalate, one of them", "--to me");
    if (to?.trim() === "") throw usageError("--to needs a user", "--to me");
    if (add === true && (to === undefined || isNobody(to)))
      throw usageError("--add needs --to USER", "--to USER --add");
  },
  async action({ to, add, note }, vendor) {
    const noted = note === undefined ? {} : { note };
    if (to === undefined) return { verb: "escalate", ...noted };
    const person = isNobody(to) ? null : await findPerson(to, vendor);
    return { verb: "assign", to: person, ...(add === true && { add }), ...noted };
  },
});

function isNobody(word: string): boolean {
  return word.toLowerCase() === "none";
}

/** A person that does not exist is a slip of the command line, as a missing one is. */
async function findPerson(word: string, vendor: Vendor<"incidents">): Promise<Person> {
  try {
    return await findAssignee(vendor, word);
  } catch (error) {
    if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
    throw usageError(error.message, "onduty users list");
  }
}

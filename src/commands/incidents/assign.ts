import { defineIncidentAction } from "../../cli/families/incident-action.ts";
import { flag, ids, oneOf, text, texts } from "../../cli/options.ts";
import { findAssignees } from "../../directory/resolve.ts";
import { usageError } from "../../errors.ts";
import { quoteWord } from "../../model/command-line.ts";

export const assign = defineIncidentAction({
  name: "assign",
  verb: "assign",
  summary: "Assign incidents to somebody, or escalate them to the next level",
  options: {
    to: texts(
      "user",
      "id, e-mail address, name or me; may be repeated where the vendor takes several; none takes it away from whoever has it",
      { completes: ids("users", "me", "none") },
    ),
    add: flag("add these people to those who have it, where the vendor can"),
    escalate: text(
      "level",
      "to the next level of its escalation rule, to this level of it (1, 2, ...), or to the rule of this name, where the vendor can",
      { alone: "next", completes: oneOf(["next"], { open: true }) },
    ),
  },
  exampleOptions: " --to me",
  // A word behind --escalate is a level.
  hint: "onduty incidents assign ID --to USER, or ID --escalate, with the ids in front",
  check({ to = [], add, escalate }, ids) {
    if (escalate !== undefined) readLevel(escalate);
    if ((to.length === 0) === (escalate === undefined))
      throw usageError(
        "assign takes --to USER or --escalate, one of them",
        `onduty incidents assign ${ids.length === 0 ? "ID" : ids.map(quoteWord).join(" ")} --to me`,
      );
    if (to.some((word) => word.trim() === "")) throw usageError("--to needs a user", "--to me");
    if (to.length > 1 && to.some(isNobody)) throw usageError("--to none excludes other people", "--to none");
    if (add === true && (to.length === 0 || to.some(isNobody)))
      throw usageError("--add needs --to USER", "--to USER --add");
  },
  async action({ to = [], add, escalate = "next", note }, vendor) {
    const noted = note === undefined ? {} : { note };
    if (to.length === 0) return { verb: "escalate", ...readLevel(escalate), ...noted };
    const people = to.some(isNobody) ? [] : await findAssignees(vendor, to);
    return { verb: "assign", to: people, ...(add === true && { add }), ...noted };
  },
});

/** @throws {CliError} `usage` on an empty word, and on level 0 */
function readLevel(word: string): { to?: number | string } {
  const asked = word.trim();
  if (asked === "" || /^0+$/.test(asked)) throw usageError("levels count from 1", "--escalate 1, or --escalate alone");
  if (asked.toLowerCase() === "next") return {};
  return { to: /^\d{1,3}$/.test(asked) ? Number(asked) : asked };
}

function isNobody(word: string): boolean {
  return word.toLowerCase() === "none";
}

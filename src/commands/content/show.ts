import { defineCommand } from "../../cli/command.ts";
import { contentExitCodes, contentType, hydrateOption } from "../../cli/families/content.ts";
import { word } from "../../cli/options.ts";
import { objectShape, titleOf, updatedAt } from "../../content/shape.ts";
import { object } from "../../output/result.ts";
import { printedTime } from "../../output/time.ts";

export const show = defineCommand({
  name: "show",
  summary: "Show an object: text to read at a terminal",
  arguments: { type: contentType, id: word("id", "id of the object") },
  options: { hydrate: hydrateOption("fill in what it refers to: 0, 1 or 2") },
  needs: "content",
  output: objectShape,
  examples: ["onduty content show runbook runbook-1", "onduty content show runbook runbook-1 --json"],
  exitCodes: contentExitCodes,
  async run({ args: { type, id }, options, printer, vendor: { provider, connection } }) {
    const reading = provider.content.show(connection, type, id, options.hydrate);
    const found = await printer.progress(`reading ${id}`, reading);
    return object(found, {
      shape: { ...objectShape, fields: Object.keys(found) },
      async text() {
        const { readable } = await import("../../content/readable.ts");
        const updated = updatedAt(found);
        return readable(found, titleOf(found) ?? id, updated && printedTime(updated, options.tz));
      },
    });
  },
});

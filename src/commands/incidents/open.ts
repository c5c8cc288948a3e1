import { defineCommand } from "../../cli/command.ts";
import { flag, ids, word } from "../../cli/options.ts";
import { browse, clipboardCode, findPage } from "../../incidents/open-page.ts";
import { object, text } from "../../output/result.ts";
import type { Shape } from "../../output/shape.ts";

const pageShape: Shape<{ id: string; url: string }> = { columns: [], fields: ["id", "url"] };

export const open = defineCommand({
  name: "open",
  summary: "Open the page of an incident in the browser, and print its address",
  arguments: { id: word("id", "id of the incident", { completes: ids("incidents") }) },
  options: { copy: flag("copy the address to the clipboard of the terminal (OSC 52), and open no browser") },
  needs: "incidents",
  output: pageShape,
  notes:
    "The browser is the one BROWSER names, else the desktop's. With --no-input, or without a terminal, the address is only\nprinted.",
  examples: [
    "onduty incidents open inc_1",
    "onduty incidents open inc_1 --copy",
    "onduty incidents open inc_1 | xargs -r curl -sI",
  ],
  exitCodes: { ok: "printed", usage: "usage", network: "no response", auth: "key", notFound: "not found" },
  async run({ ctx, args, options, printer, print, vendor }) {
    const finding = findPage(vendor, args.id.trim());
    const { incident, address } = await printer.progress(`reading ${args.id}`, finding);
    await print(printer.format === "table" ? text(address) : object({ id: incident.id, url: address }));
    if (options.copy === true) {
      const terminal = [ctx.streams.out, ctx.streams.err].find(({ isTTY }) => isTTY);
      await terminal?.write(clipboardCode(address));
      const sent = "sent to the clipboard, where the terminal has one";
      return printer.notice(terminal === undefined ? "warning: no terminal, and so no clipboard" : sent);
    }
    if (!printer.isTTY || options.input === false || options.dryRun === true) return;
    if (!(await browse(ctx, address))) await printer.notice("no browser could be started");
  },
});

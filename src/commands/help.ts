import { defineCommand } from "../cli/command.ts";
import { topics } from "../cli/help/topics.ts";
import { flag, optionalWords } from "../cli/options.ts";

export const help = defineCommand({
  name: "help",
  summary: "Show the help of a command, or explain a topic",
  arguments: {
    words: optionalWords("command", `words of a command, or a topic: ${topics.map(({ name }) => name).join(", ")}`),
  },
  options: {
    brief: {
      ...flag("names, arguments and what writes, in at most 20 kB, for agents; implies --json"),
      implies: { output: "json" },
    },
  },
  notes: `
For scripts and agents: with --json, or another format of data, the same as data, and of each command the fields that it
prints and whether it changes anything. Formats from the environment do not apply to help, and --help is text.`,
  examples: [
    "onduty help incidents list",
    "onduty help exit-codes",
    "onduty help incidents ack --json",
    "onduty help --json --brief",
    "onduty help --jq '[.. | objects | select(.writes == false) | .command]'",
  ],
  exitCodes: { ok: "shown", usage: "no such command or topic" },
  async run({ ctx, args, options, program }) {
    const { json, output = "table", jq, fields, brief = false } = options;
    const asData = json === true || output !== "table" || jq !== undefined || fields !== undefined || brief;
    const topic = args.words.length === 1 ? topics.find(({ name }) => name === args.words[0]) : undefined;
    if (asData)
      return (await import("../cli/help/data.ts")).helpAsData(ctx, ctx.printer(options), program, {
        words: args.words,
        topic,
        brief,
      });
    // If a word is both, the topic comes first.
    if (topic !== undefined) await ctx.streams.out.write(await topic.load(ctx.vendors));
    else await program.showHelp(args.words);
    return undefined;
  },
});

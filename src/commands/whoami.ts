import type { Command } from "commander";
import type { Context, GlobalOptions } from "../context.ts";
import type { Identity } from "../model/key.ts";
import type { Shape } from "../output/printer.ts";

type Row = { provider: string; profile: string } & Identity;

const shape: Shape<Row> = {
  columns: [
    { header: "PROFILE", value: (row) => row.profile },
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "ACCOUNT", value: (row) => row.account && (row.account.name ?? row.account.id) },
    { header: "USER", value: (row) => row.user && (row.user.name ?? row.user.id) },
    { header: "KEY", value: (row) => row.key.kind },
  ],
  fields: ["provider", "profile", "account", "user", "key"],
  id: (row) => row.profile,
};

export function addWhoami(command: Command, ctx: Context): void {
  command
    .addHelpText(
      "after",
      "\nExamples:\n  onduty whoami\n  onduty whoami --profile prod --json\n\nExit codes: 0 answered, 2 usage, 3 no answer, 4 key\n",
    )
    .action((_, self: Command) => whoami(ctx, self.optsWithGlobals<GlobalOptions>()));
}

async function whoami(ctx: Context, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const { provider, connection } = await ctx.connect(options);
  const identity = await printer.progress("asking who this is", provider.whoami(connection));
  await printer.object({ provider: provider.name, profile: connection.profile.name, ...identity }, shape);
}

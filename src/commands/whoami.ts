import type { Command } from "commander";
import { declareTraits } from "../cli/traits.ts";
import type { Connected, Context, GlobalOptions } from "../context.ts";
import { pickUser, readDirectory } from "../directory/resolve.ts";
import { CliError, Interrupted } from "../errors.ts";
import type { Identity } from "../model/key.ts";
import type { Shape } from "../output/shape.ts";

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
  declareTraits(command, { prints: shape });
}

async function whoami(ctx: Context, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const connected = await ctx.connect(options);
  const { provider, connection } = connected;
  const identity = await printer.progress("asking who this is", identify(connected));
  await printer.object({ provider: provider.name, profile: connection.profile.name, ...identity }, shape);
}

/** A person that only the profile tells of is looked up, where that can be. */
async function identify(connected: Connected): Promise<Identity> {
  const identity = await connected.provider.whoami(connected.connection);
  const { user } = identity;
  if (user === null || user.name !== null || connected.provider.directory === undefined) return identity;
  try {
    const { id, name, email } = pickUser(user.id, await readDirectory(connected, "users"));
    return { ...identity, user: { id, name, email } };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    return identity;
  }
}

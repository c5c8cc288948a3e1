import { keyField } from "../config/store.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { keyKinds } from "../model/key.ts";
import { nearest } from "../model/text.ts";
import { sanitizeCell } from "../output/sanitize.ts";

const prefix = "ONDUTY_";

/** Variables that the program reads, without the prefix. */
const known = [
  ...["PROVIDER", "BASE_URL", "API_KEY", "INTEGRATION_KEY", "CHANGE_KEY", "SERVICE", "ROUTING_KEY", "USER", "JOB"],
  ...["PROFILE", "OUTPUT", "CONFIG_DIR", "STATE_DIR", "NO_UPDATE_NOTICE", "PAGER", "WEBHOOK_SECRET"],
];

/** Names of the program's own form that it does not read, with the one that is probably meant. */
function misspelled(env: Context["env"]): [name: string, meant: string][] {
  return Object.keys(env).flatMap((name): [string, string][] => {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    if (rest === "" || known.includes(rest)) return [];
    const [meant] = nearest(rest, known);
    return meant === undefined ? [] : [[name, prefix + meant]];
  });
}

/** Warns of misspelled variables: what one of them should have set is silently not set. A key may have any name. */
export async function warnOfVariables(ctx: Context): Promise<void> {
  const found = misspelled(ctx.env);
  if (found.length === 0) return;
  const ofKeys = await keyNamesIn(ctx);
  for (const [name, meant] of found)
    if (!ofKeys.has(name))
      await ctx.streams.err.write(
        sanitizeCell(`warning: unknown variable ${name}; did you mean ${meant}?`).concat("\n"),
      );
}

async function keyNamesIn({ config }: Context): Promise<Set<string>> {
  try {
    const { profiles } = await config.load();
    const sources = [...profiles.values()].flatMap((profile) => keyKinds.map((kind) => profile[keyField[kind]]));
    return new Set(sources.flatMap((source) => (source !== undefined && "env" in source ? [source.env] : [])));
  } catch (error) {
    // The command itself reports it.
    if (error instanceof CliError) return new Set();
    throw error;
  }
}

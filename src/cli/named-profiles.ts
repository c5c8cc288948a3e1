import type { GlobalOptions } from "../context.ts";

/** Adds the names in `text`, separated by commas, each once. */
export function addProfiles(text: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, ...text.split(",").map((name) => name.trim())])];
}

/** The values of options as commander leaves them. */
export type ParsedOptions = Omit<GlobalOptions, "profile" | "profiles"> & { profile?: string[] } & Record<
    string,
    unknown
  >;

/** The options as commands take them: one profile under a name of its own. */
export function toGlobalOptions({
  profile: profiles,
  ...options
}: ParsedOptions): GlobalOptions & Record<string, unknown> {
  const [profile, ...others] = profiles ?? [];
  return {
    ...options,
    ...(profiles !== undefined && { profiles }),
    ...(profile !== undefined && others.length === 0 && { profile }),
  };
}

import type { OptionSpec, ShellCompletion } from "./specs.ts";

/** The spellings of an option, the short one first. */
export function flagsOf({ short, long }: OptionSpec): string[] {
  return short === undefined ? [long] : [short, long];
}

/** A word as bash and zsh read it back, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Places that take the same values, together; places that take anything are left out. Order is kept. */
export function groupByValue<Place>(
  places: readonly { place: Place; value: ShellCompletion | undefined }[],
): { value: ShellCompletion; places: Place[] }[] {
  const groups = new Map<string, { value: ShellCompletion; places: Place[] }>();
  for (const { place, value } of places) {
    if (value === undefined || value.kind === "text") continue;
    const key = JSON.stringify(value);
    const group = groups.get(key) ?? { value, places: [] };
    group.places.push(place);
    groups.set(key, group);
  }
  return [...groups.values()];
}

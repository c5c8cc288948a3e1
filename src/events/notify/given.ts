import { usageError } from "../../errors.ts";
import type { NotifyInput } from "./notification.ts";

/** Looks up what was given under the first of these names that has a value. */
export type Lookup = (...names: string[]) => string | undefined;

/**
 * Whether a macro was filled: a system that does not know one leaves its name (`$HOSTNAME$`, `{HOST.NAME}`), a shell a
 * lone `$` of it, and Zabbix writes `*UNKNOWN*`.
 */
function isFilled(value: string | undefined): value is string {
  const text = value?.trim() ?? "";
  return text !== "" && !/^\$+$|^\$[\w.:-]+\$?$|^\{[A-Z][\w.:$#-]*\}$|^\*UNKNOWN\*$/.test(text);
}

/** A name without what systems and shells write differently: `host.name` and `HOST_NAME` are `HOSTNAME`. */
function plain(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** `NAME=VALUE` among the words, by the plain name. The value may have any number of lines. */
function namedWords(words: readonly string[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^\{?\$?([A-Za-z][\w.]*)\$?\}?=(.*)$/s.exec(word) ?? [];
    if (name !== undefined && isFilled(value)) named.set(plain(name), value);
  }
  return named;
}

/** The words that name nothing: the message of NUT, the unit of systemd. */
export function otherWords(words: readonly string[]): string[] {
  return words.filter((word) => !/^\{?\$?[A-Za-z][\w.]*\$?\}?=/.test(word) && isFilled(word));
}

/**
 * A lookup in the words, then in the variables that begin with one of `prefixes`, such as `NAGIOS_`, then in the variables named
 * `bare`, which have the very name. Words come first: who wrote them chose them.
 */
export function lookupIn(
  { words, env }: Pick<NotifyInput, "words" | "env">,
  { prefixes = [], bare = [] }: { prefixes?: readonly string[]; bare?: readonly string[] },
): Lookup {
  const known = namedWords(words);
  const wanted = new Set(bare);
  const fromEnv = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (!isFilled(value)) continue;
    if (wanted.has(name) && !fromEnv.has(plain(name))) fromEnv.set(plain(name), value);
    const prefix = prefixes.find((one) => name.startsWith(one));
    if (prefix !== undefined) fromEnv.set(plain(name.slice(prefix.length)), value);
  }
  for (const prefix of prefixes)
    for (const [name, value] of known)
      if (name.startsWith(plain(prefix)) && !known.has(name.slice(plain(prefix).length)))
        known.set(name.slice(plain(prefix).length), value);
  return (...names) => {
    for (const name of names.map(plain)) {
      const value = known.get(name) ?? fromEnv.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** A number that a system gives; undefined for none, and for the zero of what has not happened. */
export function numberIn(text: string | undefined): number | undefined {
  const number = /^\d+(?:\.\d+)?$/.test(text?.trim() ?? "") ? Number(text) : 0;
  return number > 0 ? number : undefined;
}

/** The error for a notification that does not identify its problem. */
export function missing(system: string, what: string): Error {
  return usageError(`${what} is missing in what ${system} gives`, "onduty events notify --help");
}

/** The text in its lines; the first is the short one. */
export function firstLineOf(text: string | undefined): string | undefined {
  return text
    ?.split(/[\r\n]+/)
    .map((line) => line.trim())
    .find((line) => line !== "");
}

/** A host's name for keys: `localhost` is another host on each machine, and must not resolve what another opened. */
export function hostOf(name: string, machine: string): string {
  return /^(?:localhost(?:\.localdomain)?|127\.0\.0\.1|::1)$/i.test(name.trim()) ? machine : name.trim();
}

/** Author and comment: `ada: looking into it`. */
export function signed(author: string | undefined, comment: string | undefined): string | undefined {
  return [author, comment].filter((part) => part !== undefined).join(": ") || undefined;
}

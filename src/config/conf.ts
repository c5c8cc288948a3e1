import type Conf from "conf";
import type { Stored } from "./format.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

/** Opens `config.json` in `dir`, and reads it with `parse`. @throws what `parse` throws, and the file system's errors */
export async function openConf(dir: string, parse: (text: string) => Stored): Promise<Conf<Stored>> {
  const ConfClass = await loadConf();
  return new ConfClass<Stored>({
    cwd: dir,
    configFileMode: 0o600,
    // Profile names may contain dots: `eu.prod` is not a path.
    accessPropertiesByDotNotation: false,
    deserialize: parse,
    serialize: (stored) => `${JSON.stringify(stored, null, 2)}\n`,
  });
}

/**
 * Loads conf without the signal listeners that come with it: `when-exit` sends each signal that it has received to this
 * process once more, so that one Ctrl-C would be two, and the second ends the program at once.
 */
async function loadConf(): Promise<typeof Conf> {
  const own = new Set(signals.flatMap((name) => process.listeners(name)));
  const { default: ConfClass } = await import("conf");
  for (const name of signals)
    for (const listener of process.listeners(name)) if (!own.has(listener)) process.off(name, listener);
  return ConfClass;
}

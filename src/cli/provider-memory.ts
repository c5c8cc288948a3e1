import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { makeFolder } from "../disk/make-folder.ts";
import { fingerprint } from "../model/fingerprint.ts";
import type { Person } from "../model/incident.ts";
import type { MemoryFacts, ProviderMemory } from "../providers/provider.ts";

/** Maximum number of people to remember; the last seen stay. */
const maxPeople = 1000;

/**
 * The memory of a profile, in a file of `<state>/known` that only its owner can read. Two commands that write at once keep the
 * facts of one of them.
 */
export function openProviderMemory(stateDir: string, profile: { name: string; baseUrl: string }): ProviderMemory {
  const folder = join(stateDir, "known");
  const file = join(folder, `${fingerprint(JSON.stringify([profile.name, profile.baseUrl]))}.json`);
  let facts: MemoryFacts | undefined;
  const memory: ProviderMemory = {
    async read() {
      facts ??= isAbsolute(folder) ? readFacts(file) : {};
      return facts;
    },
    async write(added) {
      const before = await memory.read();
      const after = { ...before, ...added };
      if (JSON.stringify(after) === JSON.stringify(before)) return;
      facts = after;
      if (!isAbsolute(folder)) return;
      const draft = `${file}.${process.pid}`;
      try {
        makeFolder(folder);
        writeFileSync(draft, JSON.stringify({ version: 1, ...after }), { mode: 0o600 });
        renameSync(draft, file);
      } catch {
        // A disk that cannot be written costs a request the next time.
      }
    },
    async addPeople(seen) {
      const { people = [] } = await memory.read();
      const all = new Map(people.map((person) => [person.id, person]));
      for (const { id, name, email } of seen) if (name !== null || email !== null) all.set(id, { id, name, email });
      await memory.write({ people: [...all.values()].slice(-maxPeople) });
    },
  };
  return memory;
}

/** No facts where the file cannot be read. */
function readFacts(file: string): MemoryFacts {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

function parse(text: string): MemoryFacts {
  const { version, unpaged, people } = JSON.parse(text) as MemoryFacts & { version?: unknown };
  if (version !== 1) return {};
  return {
    ...(typeof unpaged === "boolean" && { unpaged }),
    ...(Array.isArray(people) && { people: people.filter(isPerson) }),
  };
}

function isPerson(value: Partial<Person> | null): value is Person {
  const isText = (text: unknown): boolean => text === null || typeof text === "string";
  return typeof value?.id === "string" && isText(value.name) && isText(value.email);
}

import { CliError, isInterrupt } from "../errors.ts";
import type { ItemOutcome } from "../model/incident.ts";
import type { Connection, Provider } from "./provider.ts";

type Incidents = NonNullable<Provider["incidents"]>;

/** A vendor with incidents. */
interface WithIncidents {
  provider: Provider & { incidents: Incidents };
  connection: Connection;
}

/**
 * The same vendor, which also takes the number of an incident and the beginning of its id, wherever it takes an id. A word is first
 * asked for as the vendor's own id, so that one that is costs nothing more.
 */
export function withIdWords<Vendor extends WithIncidents>(vendor: Vendor): Vendor {
  const { incidents } = vendor.provider;
  const find = async (word: string): Promise<string | undefined> => {
    if (incidents.idForm?.(word) === "id") return undefined;
    const { findId } = await import("./find-id.ts");
    try {
      return await findId(incidents, vendor.connection, word);
    } catch (error) {
      // What the vendor has answered about the word itself holds, whatever became of the search.
      if (!(error instanceof CliError) || error.kind === "usage" || isInterrupt(error)) throw error;
      return undefined;
    }
  };
  const { alerts, similar, merge } = incidents;

  /** Reads by the word, or else by the id that it stands for. */
  async function read<Result>(word: string, byId: (id: string) => Promise<Result>): Promise<Result> {
    if (!isOwn(incidents, word)) return byId((await find(word)) ?? word);
    try {
      return await byId(word);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const id = await find(word);
      if (id === undefined) throw error;
      return byId(id);
    }
  }

  async function idsOf(words: readonly string[]): Promise<string[]> {
    return Promise.all(words.map(async (word) => (isOwn(incidents, word) ? word : ((await find(word)) ?? word))));
  }

  /** Does it, and does it again to what was not found by the words themselves. */
  async function perform(
    words: readonly string[],
    act: (ids: string[]) => Promise<ItemOutcome[]>,
  ): Promise<ItemOutcome[]> {
    const ids = await idsOf(words);
    const outcomes = await act(ids);
    const missing = outcomes.filter(({ outcome }) => outcome === "notFound").map(({ id }) => id);
    const found = new Map<string, string>();
    const unclear = new Map<string, string>();
    for (const word of missing) {
      try {
        const id = await find(word);
        if (id !== undefined) found.set(word, id);
      } catch (error) {
        // Where something was done already, that is reported too.
        if (!(error instanceof CliError) || missing.length === outcomes.length) throw error;
        unclear.set(word, error.message);
      }
    }
    const others = [...new Set(found.values())].filter((id) => !ids.includes(id));
    const more = others.length === 0 ? [] : await act(others);
    const known = new Map([...outcomes, ...more].map((outcome) => [outcome.id, outcome]));
    return outcomes.map((outcome) => {
      const error = unclear.get(outcome.id);
      return error === undefined ? (known.get(found.get(outcome.id) ?? "") ?? outcome) : { ...outcome, error };
    });
  }

  const own: Incidents = {
    ...incidents,
    show: (connection, word) => read(word, (id) => incidents.show(connection, id)),
    timeline: (connection, word) => read(word, (id) => incidents.timeline(connection, id)),
    act: (connection, words, action, listed) =>
      listed === undefined
        ? perform(words, (ids) => incidents.act(connection, ids, action))
        : incidents.act(connection, words, action, listed),
    ...(similar && {
      similar: (connection: Connection, word: string, limit: number) =>
        read(word, (id) => similar(connection, id, limit)),
    }),
    ...(alerts && {
      async *alerts(connection: Connection, word: string) {
        // The first page decides whether the id is one.
        const pages = await read(word, async (id) => {
          const iterator = alerts(connection, id)[Symbol.asyncIterator]();
          return { first: await iterator.next(), iterator };
        });
        for (let page = pages.first; page.done !== true; page = await pages.iterator.next()) yield page.value;
      },
    }),
    ...(merge && {
      merge: (connection: Connection, sources: string[], target: string, note?: string) =>
        read(target, (id) => perform(sources, (ids) => merge(connection, ids, id, note))),
    }),
  };
  return { ...vendor, provider: { ...vendor.provider, incidents: own } };
}

/** Whether the vendor can be asked for it as it is. */
function isOwn({ idForm }: Incidents, word: string): boolean {
  return idForm === undefined || idForm(word) !== undefined;
}

function isNotFound(error: unknown): boolean {
  return error instanceof CliError && error.kind === "notFound";
}

import { accessSync, constants, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { makeFolders, namesIn, removeQuietly, syncFolder, writeDurably } from "../disk/files.ts";
import { lock } from "../disk/lock.ts";
import { freshOf, lockOf, prune } from "../disk/prune.ts";
import type { Event } from "../model/event.ts";
import { fingerprint } from "../model/fingerprint.ts";
import type { Connection } from "../providers/provider.ts";

/*
 * Keys under which nothing is open, as far as this machine knows: `<state>/clear/<fingerprint>`, one small file for each key. It
 * spares a resolve that would find nothing open. A key counts as clear only when nothing contradicts it: what cannot be read or
 * written counts as unknown, and then the resolve is sent.
 */

/** After this time somebody else, such as another host, may have opened something under the key. */
const trustedMs = 3_600_000;

/** For the lock of one file: it is held for a few system calls. */
const lockWaitMs = 500;

/** What was known of a key at one moment. */
export interface Mark {
  /** Nothing was open under the key, and nobody has opened anything since. */
  isClear: boolean;
  /** Something was sent that may have opened something. */
  isOpen: boolean;
  /** The content of the file; null without one. */
  content: string | null;
}

/** The file of an event's key, of a deploy that of its target: the same key is another one on another service. */
export function keyName({ profile }: Pick<Connection, "profile">, event: Event): string {
  const { provider, name, baseUrl, service, routingKey } = profile;
  const place = [event.service ?? service ?? null, event.routingKey ?? routingKey ?? null];
  return fingerprint(JSON.stringify([provider, name, baseUrl, event.change?.target ?? event.dedupKey, ...place]));
}

/** What `read` gives, `fallback` where it fails. */
function orElse<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}

export class ClearKeys {
  readonly #dir: string;
  readonly #now: () => Date;

  constructor(ctx: Pick<Context, "stateDir" | "now">) {
    this.#dir = join(ctx.stateDir, "clear");
    this.#now = () => ctx.now();
  }

  /** What is known of a key. Never throws. */
  async read(name: string): Promise<Mark> {
    const content = orElse(null, () => readFileSync(this.#file(name), "utf8"));
    const since = Date.parse(/^clear (\S+) /.exec(content ?? "")?.[1] ?? "");
    const ageMs = this.#now().getTime() - since;
    const isOpen = content?.startsWith("open ") === true;
    if (!(ageMs >= 0 && ageMs <= trustedMs)) return { isClear: false, isOpen, content };
    // Where nothing can be written, a failure could not be noted either.
    const isWritable = orElse(false, () => {
      accessSync(this.#dir, constants.W_OK);
      return true;
    });
    return { isClear: isWritable, isOpen, content };
  }

  /** Names of all keys that something is known of. */
  names(): ReadonlySet<string> {
    return new Set(orElse([], () => namesIn(this.#dir)));
  }

  /**
   * Something may be open under the key from now on: to be called before an event is on disk, and again when it was sent. With
   * `always`, even when nothing is known of the key, so that a run that passes at the same moment notices. Never throws.
   */
  async opening(name: string, { always = false }: { always?: boolean } = {}): Promise<void> {
    const { content } = await this.read(name);
    if (content === null && !always) return;
    try {
      await this.#replace(name, "open", { durably: content?.startsWith("clear ") === true });
    } catch {
      // On a full disk a file can still be removed.
      removeQuietly(this.#file(name));
    }
  }

  /** Nothing is open under the key, if nobody has opened anything since `before` was read. Never throws. */
  async cleared(name: string, before: Mark): Promise<void> {
    try {
      await makeFolders([this.#dir]);
      const file = this.#file(name);
      const release = await lock(lockOf(file), { waitMs: lockWaitMs });
      if (release === null) return;
      try {
        if ((await this.read(name)).content === before.content) await this.#write(file, "clear", { durably: false });
      } finally {
        await release();
      }
      // A key without its file is unknown.
      prune(this.#dir);
    } catch {
      // Unknown: the next run that passes sends its resolve.
    }
  }

  #file(name: string): string {
    return join(this.#dir, name);
  }

  async #replace(name: string, word: "open", options: { durably: boolean }): Promise<void> {
    await makeFolders([this.#dir]);
    const file = this.#file(name);
    // A failure is noted even when the lock is not free.
    const release = await lock(lockOf(file), { waitMs: lockWaitMs }).catch(() => null);
    try {
      await this.#write(file, word, options);
    } finally {
      await release?.();
    }
  }

  /** Each content differs from all before. */
  async #write(file: string, word: "clear" | "open", { durably }: { durably: boolean }): Promise<void> {
    const unique = `${process.pid}-${process.hrtime.bigint()}`;
    const fresh = freshOf(file);
    const text = `${word} ${this.#now().toISOString()} ${unique}\n`;
    try {
      if (durably) await writeDurably(fresh, text);
      else writeFileSync(fresh, text, { flag: "wx", mode: 0o600 });
      renameSync(fresh, file);
    } catch (error) {
      removeQuietly(fresh);
      throw error;
    }
    if (durably) await syncFolder(this.#dir);
  }
}

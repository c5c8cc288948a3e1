import { ownerTag } from "../disk/owner.ts";
import { type BatchName, batchNames } from "./batch-format.ts";
import { isId, parseId } from "./entry.ts";
import { idOf } from "./entry-files.ts";
import { type Pending, partOf } from "./pending.ts";

/** A place in the order of all entries. */
export interface Place {
  /** Milliseconds. */
  time: number;
  /** Within the millisecond. */
  sequence: number;
}

const maxSequence = 999_999;

/** Assigns places in the order of all entries, each after what is pending under its key. */
export class Places {
  readonly #pending: Pending;
  readonly #now: () => Date;
  #last: Place | undefined;
  /** Folders below `pending` whose names were not read. */
  #unread = new Set<string>();
  #hasForeignBatch: boolean | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pending: Pending, now: () => Date) {
    this.#pending = pending;
    this.#now = now;
  }

  /** Whether a process other than this one held a batch when the names were read; undefined if they were not. */
  get hasForeignBatch(): boolean | undefined {
    return this.#hasForeignBatch;
  }

  /** The first of as many places as there are streams, one after the other; each for an entry of its stream. */
  take(streams: readonly string[]): Promise<Place> {
    // One after the other, so that two at once do not both read the same last one.
    const mine = this.#turn.then(() => this.#next(streams));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /**
   * The names on disk are read if this process has issued no place yet, and if the clock stands still or went
   * back: a later event must sort behind all pending ones of its key.
   */
  async #next(streams: readonly string[]): Promise<Place> {
    const time = this.#now().getTime();
    if (this.#last === undefined || time <= this.#last.time) this.#lookOnDisk();
    if (this.#unread.size > 0) for (const stream of streams) this.#lookInPart(partOf(stream));
    const first = firstAfter(this.#last, time, streams.length);
    this.#last = { time: first.time, sequence: first.sequence + streams.length - 1 };
    return first;
  }

  #lookOnDisk(): void {
    const { names, parts } = this.#pending.read();
    this.#unread = new Set(parts);
    const batches = batchNames(names);
    this.#hasForeignBatch = batches.some(({ owner = ownerTag() }) => owner !== ownerTag());
    for (const batch of batches) this.#note(lastPlaceOf(batch));
    this.#noteLatest(names);
  }

  #lookInPart(part: string): void {
    if (this.#unread.delete(part)) this.#noteLatest(this.#pending.namesInPart(part) ?? []);
  }

  /** Names sort like their places: of single entries, the last one that is ours is the latest. */
  #noteLatest(names: readonly string[]): void {
    const latest = names.findLast((name) => isId(idOf(name)));
    if (latest !== undefined) this.#note(parseId(idOf(latest)));
  }

  #note(place: Place | undefined): void {
    if (place !== undefined && isLater(place, this.#last)) this.#last = { time: place.time, sequence: place.sequence };
  }
}

function firstAfter(last: Place | undefined, time: number, count: number): Place {
  if (last === undefined || time > last.time) return { time, sequence: 0 };
  if (last.sequence + count <= maxSequence) return { time: last.time, sequence: last.sequence + 1 };
  return { time: last.time + 1, sequence: 0 };
}

/** Of the last entry of a batch. */
function lastPlaceOf({ time, sequence, count }: BatchName): Place {
  return { time, sequence: sequence + count - 1 };
}

function isLater(place: Place, than: Place | undefined): boolean {
  if (than === undefined) return true;
  return place.time > than.time || (place.time === than.time && place.sequence > than.sequence);
}

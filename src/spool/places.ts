import { namesIn } from "../disk/files.ts";
import { ownerTag } from "../disk/owner.ts";
import { type BatchName, batchNames } from "./batch-format.ts";
import { parseId } from "./entry.ts";
import { idOf } from "./entry-files.ts";

/** A place in the order of all entries. */
export interface Place {
  /** Milliseconds. */
  time: number;
  /** Within the millisecond. */
  sequence: number;
}

const maxSequence = 999_999;

/** Assigns places in the order of all entries, each after the pending ones. */
export class Places {
  readonly #pending: string;
  readonly #now: () => Date;
  #last: Place | undefined;
  #hasForeignBatch: boolean | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pending: string, now: () => Date) {
    this.#pending = pending;
    this.#now = now;
  }

  /** Whether a process other than this one held a batch when the names were read; undefined if they were not. */
  get hasForeignBatch(): boolean | undefined {
    return this.#hasForeignBatch;
  }

  /** The first of `count` places that follow one another. */
  take(count: number): Promise<Place> {
    // One after the other, so that two at once do not both read the same last one.
    const mine = this.#turn.then(() => this.#next(count));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /**
   * The names on disk are read if this process has issued no place yet, and if the clock stands still or went
   * back: a later event must sort behind all pending ones.
   */
  async #next(count: number): Promise<Place> {
    const time = this.#now().getTime();
    if (this.#last === undefined || time <= this.#last.time) this.#lookOnDisk();
    const first = firstAfter(this.#last, time, count);
    this.#last = { time: first.time, sequence: first.sequence + count - 1 };
    return first;
  }

  #lookOnDisk(): void {
    const names = namesIn(this.#pending);
    const batches = batchNames(names);
    this.#hasForeignBatch = batches.some(({ owner = ownerTag() }) => owner !== ownerTag());
    // Names sort like their places: of single entries, the last one that is ours is the latest.
    const single = names.findLast((name) => parseId(idOf(name)) !== undefined);
    const places = [...batches.map(lastPlaceOf), single === undefined ? undefined : parseId(idOf(single))];
    for (const place of places) if (place !== undefined && isLater(place, this.#last)) this.#last = place;
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

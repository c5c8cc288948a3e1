import type { HttpClient } from "../http/client.ts";
import type { Dialect } from "../http/dialect.ts";
import type { ContentFilter, ContentObject } from "../model/content.ts";
import type { Directory, DirectoryName } from "../model/directory.ts";
import type { Event, EventReceipt } from "../model/event.ts";
import type {
  Incident,
  IncidentAction,
  IncidentFilter,
  ItemOutcome,
  NewIncident,
  Page,
  Reference,
  TimelineEntry,
} from "../model/incident.ts";
import type { Identity, KeyKind, KeyVerdict } from "../model/key.ts";
import type { OnCallAnswer, OnCallQuery, Shift } from "../model/oncall.ts";

/** What a provider is given to talk to its vendor with: a profile, and a client for each of its keys. */
export interface Connection {
  readonly profile: {
    name: string;
    /** Name of the vendor. */
    provider: string;
    baseUrl: string;
    service?: string;
    routingKey?: string;
    /** Id, e-mail or name of the person that `me` means. */
    user?: string;
  };
  /** Kinds of key this profile has. */
  readonly keys: ReadonlySet<KeyKind>;
  /**
   * A client that signs its requests with the key of that kind.
   *
   * @throws {CliError} `auth` when the profile has no such key
   */
  http(kind?: KeyKind): Promise<HttpClient>;
  /** Loads what a request needs: worth doing while something else is awaited. */
  preload(): Promise<void>;
  now(): Date;
  /** A line for `--debug`. */
  debug(line: string): void;
  readonly signal?: AbortSignal;
}

/** Lengths the vendor takes, in UTF-16 units. */
export interface EventLimits {
  summary: number;
  source: number;
  dedupKey: number;
}

/** What a request for one page of any list sends. */
export interface RawPage {
  query: Record<string, string>;
  /** Undefined for a request without one. */
  body: Record<string, unknown> | undefined;
}

/** One page of any list. */
export interface RawList {
  rows: unknown[];
  next: RawPage | undefined;
  /** The next page has these rows as well. */
  again?: boolean;
  /** See `Page.truncated`. */
  truncated?: string;
}

/** A vendor with its code loaded: what commands work with. */
export interface Provider extends ProviderCode {
  /** See `VendorDescriptor`. */
  name: string;
  title: string;
}

/** What the folder of a vendor implements; what is known of the vendor without code is in its descriptor. */
export interface ProviderCode {
  /** How a request carries a key of that kind, and how a failure is read. */
  dialect(kind: KeyKind, key: string): Dialect;

  /** Absent when the vendor takes no events. */
  events?: {
    limits: EventLimits;
    /**
     * Checks what can be known without a request: needed keys, service, an action the vendor lacks.
     *
     * @throws {CliError} `usage` or `auth`
     */
    check(connection: Connection, event: Event): void;
    /** Sends one event. Safe to repeat. */
    deliver(connection: Connection, event: Event): Promise<EventReceipt>;
  };

  /** Absent when the vendor has no incidents. */
  incidents?: {
    /** Pages in order; every filter holds on every row, whatever the server did with it. At most `filter.limit` rows. */
    list(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>>;
    /** @throws {CliError} `notFound` */
    show(connection: Connection, id: string): Promise<Incident>;
    /**
     * What several incidents are now; null for one that does not exist. May leave some out, to be asked for another time: however
     * many they are, it takes only a few requests.
     */
    refresh(connection: Connection, ids: readonly string[]): Promise<Map<string, Incident | null>>;
    /**
     * Checks what can be known of an action without a request.
     *
     * @throws {CliError} `usage` for what this vendor cannot do
     */
    check(action: IncidentAction): void;
    /** One outcome for each id, in the order given. Throws only what concerns all of them, such as a lost network. */
    act(connection: Connection, ids: string[], action: IncidentAction): Promise<ItemOutcome[]>;
    /** Never repeated once a byte may have arrived. @throws {CliError} whose message then says that it may have happened */
    create(connection: Connection, incident: NewIncident): Promise<Incident>;
    /** Absent when incidents cannot be merged. The outcomes are those of the sources. */
    merge?(connection: Connection, sources: string[], target: string, note?: string): Promise<ItemOutcome[]>;
    /** What happened to an incident, oldest first. @throws {CliError} `notFound` */
    timeline(connection: Connection, id: string): Promise<TimelineEntry[]>;
    /** The page of an incident for people. */
    page(connection: Connection, incident: Incident): string;
  };

  /** Pages of services, schedules, users or teams. Absent when the vendor has none of them. */
  directory?<Name extends DirectoryName>(connection: Connection, name: Name): AsyncIterable<Page<Directory[Name]>>;

  /** Absent when the vendor has no on-call schedules. One answer for each schedule asked for or found. */
  onCall?(connection: Connection, query: OnCallQuery): Promise<OnCallAnswer[]>;
  /** Who is on call on a schedule from one moment to another, without holes: gaps are shifts of nobody. @throws {CliError} `usage` when that is longer than the vendor tells */
  shifts?(connection: Connection, schedule: Reference, window: { from: Date; until: Date }): Promise<Shift[]>;

  /** Absent when the vendor is no content system. */
  content?: {
    types(connection: Connection, limit: number): AsyncIterable<Page<ContentObject>>;
    list(connection: Connection, type: string, filter: ContentFilter): AsyncIterable<Page<ContentObject>>;
    /** @throws {CliError} `notFound` */
    show(connection: Connection, type: string, id: string, hydrate: number): Promise<ContentObject>;
  };

  /** Methods that its lists are asked for with. */
  listMethods: readonly ("GET" | "POST")[];
  /** Where a list of this vendor goes on, for requests of any route; undefined for an answer that is no list. */
  pageOf(answer: unknown, asked: RawPage): RawList | undefined;

  /** Asks whether a key works, without ever writing. Does not throw for what the vendor answers or for a lost network. */
  validateKey(connection: Connection, kind: KeyKind): Promise<KeyVerdict>;

  whoami(connection: Connection): Promise<Identity>;
}

import type { HttpClient } from "../http/client.ts";
import type { Dialect } from "../http/dialect.ts";
import type { Alert } from "../model/alert.ts";
import type { ChangeFilter, RecordedChange } from "../model/change.ts";
import type { CommandProfile } from "../model/command-line.ts";
import type { ContentFilter, ContentObject } from "../model/content.ts";
import type { CharacterUnit } from "../model/cut.ts";
import type { Directory, DirectoryName } from "../model/directory.ts";
import type { Event, EventReceipt } from "../model/event.ts";
import type {
  Incident,
  IncidentAction,
  IncidentDetails,
  IncidentFilter,
  ItemOutcome,
  NewIncident,
  OpenAlert,
  OptionalFilter,
  Page,
  Person,
  Reference,
  Report,
  SimilarIncident,
  TimelineEntry,
} from "../model/incident.ts";
import type { Identity, KeyKind, KeyPurpose, KeyVerdict } from "../model/key.ts";
import type { OnCallAnswer, OnCallQuery, Shift } from "../model/oncall.ts";
import type { NewOverride, Override, ScheduleState, Span } from "../model/override.ts";
import type { NewSilence, Silence } from "../model/silence.ts";

/** A provider's access to its vendor: a profile, and a client for each of its keys. */
export interface Connection {
  readonly profile: {
    /** As in `profiles list`. */
    name: string;
    /** Whether the command line names it: a command to be pasted has to do so too. */
    isNamed?: boolean;
    /** Name of the vendor. */
    provider: string;
    /** `scheme://host[:port][/prefix]`, without a slash at its end. */
    baseUrl: string;
    /** Id of the service for events and new incidents that name none. */
    service?: string;
    /** The `routing_key` of events that have none. */
    routingKey?: string;
    /** Id, e-mail or name of the person that `me` means. */
    user?: string;
  };
  /** Kinds of key this profile has. */
  readonly keys: ReadonlySet<KeyKind>;
  /**
   * A client that signs its requests with the key of that kind, by default `api`; with null, one that adds no key.
   *
   * @throws {CliError} `auth` when the profile has no such key
   */
  http(kind?: KeyKind | null): Promise<HttpClient>;
  /** The current time, by this machine's clock. */
  now(): Date;
  /** Waits that long, or until the command is interrupted. */
  pause(ms: number): Promise<void>;
  /** What earlier commands of this profile have learned. Absent where nothing can be kept. */
  readonly memory?: ProviderMemory;
  /** Prints a line with `--debug`. */
  debug(line: string): void;
  /** Aborted when the command is interrupted. */
  readonly signal?: AbortSignal;
}

/** Facts about a vendor's server that outlast a command. It never holds a key, and losing it does no harm. */
export interface ProviderMemory {
  /** Empty when nothing is known, or when it cannot be read. */
  read(): Promise<MemoryFacts>;
  /** Adds facts. Does nothing where it cannot be written. */
  write(facts: MemoryFacts): Promise<void>;
  /** Adds people with a name or an e-mail address. */
  addPeople(people: readonly Person[]): Promise<void>;
}

export interface MemoryFacts {
  /** Whether the server cannot page. */
  unpaged?: boolean;
  /** People who were seen. */
  people?: readonly Person[];
}

/** A request as a user wrote it, for any route of the vendor. */
export interface RawRequest {
  path: string;
  search: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Decoded JSON. */
  body: unknown;
}

/** Maximum lengths that the vendor accepts. Each vendor's file names the source. */
export interface EventLimits {
  summary: number;
  source: number;
  dedupKey: number;
  /** What the vendor counts; default UTF-16 units. */
  unit?: CharacterUnit;
  /** Of the body of a request; absent when it is not known. */
  bodyBytes?: number;
}

/** How fast events may be sent. */
export interface EventPace {
  perMinute: number;
  /** Why, for use after "sending 100 events a minute:". */
  reason: string;
  /** What would be faster. */
  hint?: string;
}

/** The query and the body of a request for one page of a list. */
export interface RawPage {
  query: Record<string, string>;
  /** Undefined for a request without a body. */
  body: Record<string, unknown> | undefined;
}

/** One page of a list, as the vendor returned it. */
export interface RawList {
  rows: unknown[];
  /** The request for the next page; undefined after the last. */
  next: RawPage | undefined;
  /** The next page contains these rows again. */
  again?: boolean;
  /** See `Page.truncated`. */
  truncated?: string;
}

/** What a person has to know about an action of this vendor. */
export interface SideEffect {
  /** One line, for stderr once it is done. */
  text: string;
  /** What to ask first at a terminal: the line before "Snooze inc_1?". Absent when nothing has to be asked. */
  question?: string;
}

/** A vendor with its code loaded, as commands use it. */
export interface Provider extends ProviderCode {
  /** See `VendorDescriptor`. */
  name: string;
  title: string;
}

/**
 * The code of a vendor, implemented in its folder. Facts that need no code are in its descriptor.
 *
 * Unless stated otherwise, a method that sends a request throws a {CliError}: `auth` for a missing or refused key, `network`
 * without a complete response, `rateLimited`, and `failure` for any other failure and for an unreadable response.
 */
export interface ProviderCode {
  /** How a request carries a key of this kind, and how the vendor reports failures. Sends nothing. */
  dialect(kind: KeyKind, key: string): Dialect;

  /** Absent when the vendor accepts no events. */
  events?: {
    limits: EventLimits;
    /**
     * Checks an event without a request: the needed key, the service, an action that the vendor lacks.
     *
     * @throws {CliError} `usage` or `auth`
     */
    check(connection: Connection, event: Event): void;
    /**
     * Kinds of key whose connections a checked event needs, for itself and for what is asked beside it: they are opened while the event is
     * written to disk.
     */
    connections(connection: Pick<Connection, "keys" | "profile">, event: Event): KeyKind[];
    /** Sends one event. A repeat with the same dedup key does no harm. */
    deliver(connection: Connection, event: Event): Promise<EventReceipt>;
    /**
     * How fast one sender of many events may send, where the vendor's responses do not show what is left of its allowance. Absent, and
     * undefined, when they do, or when there is no known limit.
     */
    pace?(connection: Connection, event: Event): Promise<EventPace | undefined>;
    /**
     * Whether something is open under the dedup key of an event, by a single read; undefined when a read does not show it. Absent when
     * a resolve that finds nothing open does no harm.
     */
    isOpen?(connection: Connection, event: Event): Promise<boolean | undefined>;
    /**
     * Pages of what is not resolved, with dedup keys; incidents that no event opened are left out. Absent when the vendor cannot list
     * keys.
     */
    openAlerts?(connection: Connection): AsyncIterable<Page<OpenAlert>>;
  };

  /** Absent when the vendor has no incidents. */
  incidents?: {
    /** Pages in order, of at most `filter.limit` rows together. Every filter is applied here too: a server may ignore it. */
    list(connection: Connection, filter: IncidentFilter): AsyncIterable<Page<Incident>>;
    /** Those of the optional filters that `list` applies. */
    filters?: readonly OptionalFilter[];
    /** Whether a word is a full id, or could be a number, by its form; undefined for neither. Absent when any word could be an id. */
    idForm?(word: string): "id" | "number" | undefined;
    /** Reads one incident. @throws {CliError} `notFound`, and `usage` for a text that cannot be an id */
    show(connection: Connection, id: string): Promise<IncidentDetails>;
    /**
     * Reads several incidents by id; null for one that does not exist. Sends only a few requests for any number of ids, and may
     * leave out some, for a later call.
     */
    refresh(connection: Connection, ids: readonly string[]): Promise<Map<string, Incident | null>>;
    /**
     * Checks an action without a request.
     *
     * @throws {CliError} `usage` for an action or a value that this vendor lacks
     */
    check(action: IncidentAction): void;
    /**
     * Why no incident may be found under a person's id although there are some; asked where none was found. Undefined when nothing
     * speaks for it, or when it cannot be read. Absent when the vendor has one id for a person everywhere.
     */
    assigneeDoubt?(connection: Connection, person: Person): Promise<string | undefined>;
    /** Actions and new incidents may have forms: custom fields, root cause, impact. Without it they are refused. */
    takesForms?: true;
    /** Maximum of people that an incident can be assigned to in one go. */
    maxAssignees: number;
    /** What an action does here beyond its name. Absent when no action does more. Sends nothing. */
    sideEffect?(action: IncidentAction, ids: readonly string[], profile: CommandProfile): SideEffect | undefined;
    /**
     * One outcome for each id, in the given order. Throws only failures that concern all ids, such as a lost network.
     *
     * @param listed incidents of `ids` that were listed a moment ago: they need not be read again
     */
    act(
      connection: Connection,
      ids: string[],
      action: IncidentAction,
      listed?: readonly Incident[],
    ): Promise<ItemOutcome[]>;
    /** Checks a new incident without a request. @throws {CliError} `usage` on a value that the vendor does not take */
    checkNew?(incident: Pick<NewIncident, "title" | "urgency" | "description" | "priority">): void;
    /**
     * Never repeated once a byte may have arrived. Once the id is known it is returned, with a notice on what else is not.
     *
     * @throws {CliError} whose message states that it may be done, where that is so
     */
    create(connection: Connection, incident: NewIncident): Promise<Incident & { notice?: string }>;
    /** Merges the sources into the target. One outcome for each source. Absent when the vendor cannot merge. */
    merge?(connection: Connection, sources: string[], target: string, note?: string): Promise<ItemOutcome[]>;
    /** The history of an incident, oldest entry first; a `notice` names what the vendor leaves out. @throws {CliError} `notFound` */
    timeline(connection: Connection, id: string): Promise<Report<TimelineEntry>>;
    /**
     * Incidents of `list` with what it no longer shows of those that are over: when they were acknowledged, and who had them. `unknown`
     * names what is missing all the same. Absent when the list has it.
     */
    withPast?(connection: Connection, incidents: readonly Incident[]): Promise<Report<Incident>>;
    /** Pages of the alerts of an incident, with their events. Absent when the vendor has no such route. @throws {CliError} `notFound` */
    alerts?(connection: Connection, id: string): AsyncIterable<Page<Alert>>;
    /** Earlier incidents that are like one, most like it first, at most `limit`. Absent when the vendor has no such route. @throws {CliError} `notFound` */
    similar?(connection: Connection, id: string, limit: number): Promise<Report<SimilarIncident>>;
    /** URL of the incident's page in the vendor's web application. Sends nothing. */
    page(connection: Connection, incident: Pick<Incident, "id" | "url">): string;
  };

  /** Pages of services, schedules, users or teams. Absent when the vendor has none of them. */
  directory?<Name extends DirectoryName>(connection: Connection, name: Name): AsyncIterable<Page<Directory[Name]>>;

  /** Who is on call: one entry for each schedule of the query. Absent when the vendor has no schedules. @throws {CliError} `usage` */
  onCall?(connection: Connection, query: OnCallQuery): Promise<OnCallAnswer[]>;
  /** URL of a schedule's page in the vendor's web application, or of that of all, for a vendor without `shifts`. Sends nothing. */
  schedulePage?(connection: Connection, id?: string): string;
  /**
   * The shifts of a schedule from one moment to another. Gaps are shifts without people, so that the list has no holes.
   *
   * @throws {CliError} `usage` when the window is longer than the vendor allows
   */
  shifts?(connection: Connection, schedule: Reference, window: { from: Date; until: Date }): Promise<Report<Shift>>;

  /** Absent when the vendor has no overrides of schedules. Methods on a schedule throw `usage` for one of a kind that has none. */
  overrides?: {
    /**
     * The span that the vendor takes for one: it may have to be longer. Sends nothing.
     *
     * @throws {CliError} `usage` on one that is longer than the vendor allows
     */
    span(span: Span): Span;
    /** Those of a schedule that have not ended, in the order of time. */
    list(connection: Connection, schedule: Reference): Promise<Report<Override>>;
    /** A schedule in a span, for a change. */
    read(connection: Connection, schedule: Reference, span: Span): Promise<ScheduleState>;
    /** `state` is what was read last. Never repeated once a byte may have arrived. */
    add(connection: Connection, state: ScheduleState, override: NewOverride): Promise<Override>;
    /** Removes one, or ends it where it has begun. `state` is what was read last. */
    remove(connection: Connection, state: ScheduleState, override: Override): Promise<void>;
  };

  /** Pages of deploys and other changes, newest first. Absent when the vendor cannot list them. */
  changes?(connection: Connection, filter: ChangeFilter): AsyncIterable<Page<RecordedChange>>;
  /** Absent when the vendor cannot silence alerts. */
  silences?: {
    /** The silences of these services, or of all; those that have ended are left out. */
    list(connection: Connection, services: readonly string[]): Promise<Report<Silence>>;
    /** Checks a silence without a request. @throws {CliError} `usage` on what the vendor does not take */
    check(silence: NewSilence): void;
    /** Never repeated once a byte may have arrived. It ends by itself at `until`, whatever becomes of this program. */
    add(connection: Connection, silence: NewSilence): Promise<Silence>;
    /** Ends a silence before its time. @throws {CliError} `notFound` */
    remove(connection: Connection, id: string): Promise<void>;
  };

  /** Absent when the vendor is no content system. */
  content?: {
    /** Pages of content types, of at most `limit` rows together. */
    types(connection: Connection, limit: number): AsyncIterable<Page<ContentObject>>;
    /** Pages of the objects of a type, of at most `filter.limit` rows together. */
    list(connection: Connection, type: string, filter: ContentFilter): AsyncIterable<Page<ContentObject>>;
    /** Pages of objects of any type with this text anywhere, of at most `limit` rows together. */
    search(connection: Connection, text: string, limit: number): AsyncIterable<Page<ContentObject>>;
    /** Reads one object, with relations filled in to the depth `hydrate` (0 to 2). @throws {CliError} `notFound` */
    show(connection: Connection, type: string, id: string, hydrate: number): Promise<ContentObject>;
  };

  /**
   * What is wrong with the server itself, by a read that needs no key; undefined when it reports nothing wrong. Absent when the vendor
   * has no such route.
   */
  findOutage?(connection: Connection): Promise<string | undefined>;
  /**
   * The key that a request to any route carries; null for one that has its key in itself. `keys` are those of the profile. Absent
   * when all routes take the API key.
   */
  keyOf?(request: RawRequest, keys: ReadonlySet<KeyKind>): KeyKind | null;
  /** HTTP methods of the vendor's list routes. */
  listMethods: readonly ("GET" | "POST")[];
  /** Reads a page from the response of any route; undefined when the response is no list. `request` is what was sent. */
  pageOf(response: unknown, request: RawPage): RawList | undefined;

  /**
   * Checks a key with reads, and with requests that the vendor refuses before it writes anything. What `purpose` does not need never
   * makes a key restricted; without one, it is what the profile uses the key for. Failures of the vendor or the network are part of
   * the verdict.
   *
   * @throws {Interrupted}
   */
  validateKey(connection: Connection, kind: KeyKind, purpose?: KeyPurpose): Promise<KeyVerdict>;

  /**
   * The owner of the `api` key and its account. Fields that the vendor does not report are null.
   *
   * @throws {CliError} `auth` when the key was not accepted
   */
  whoami(connection: Connection): Promise<Identity>;
}

import type { ConfigStore } from "./config/store.ts";
import { unsupported } from "./errors.ts";
import type { Keyring } from "./keys/keyring.ts";
import type { DryRequest } from "./model/dry-request.ts";
import type { KeyKind } from "./model/key.ts";
import type { Printer } from "./output/printer.ts";
import type { Streams } from "./output/streams.ts";
import type { Capability as VendorCapability, VendorDescriptor } from "./providers/descriptor.ts";
import type { Connection, Provider } from "./providers/provider.ts";

/** Options every command takes, as commander leaves them. */
export interface GlobalOptions {
  /** The one profile that is named. */
  profile?: string;
  /** All profiles that are named, each once. */
  profiles?: string[];
  allProfiles?: boolean;
  output?: string;
  json?: boolean;
  fields?: string[];
  /** Expression that the JSON goes through. */
  jq?: string;
  rawOutput?: boolean;
  /** See `PrinterOptions`. */
  csvSafe?: boolean;
  bom?: boolean;
  /** True for `--color`, false for `--no-color`, undefined for neither. */
  color?: boolean;
  quiet?: boolean;
  debug?: boolean;
  dryRun?: boolean;
  /** Milliseconds. */
  timeout: number;
  /** Milliseconds. */
  maxWait: number;
  tz?: string;
  yes?: boolean;
  /** False for `--no-input`. */
  input?: boolean;
}

/** How to connect: the user's options, and what the command knows of its requests. */
export interface ConnectOptions extends GlobalOptions {
  /** Waits for rate limits as long as it takes. */
  patient?: boolean;
  /** Milliseconds that a key command may take; default 30 s. */
  keyTimeoutMs?: number;
  /** Ends requests, waits and key commands; default: the signal of the program. It aborts with that one. */
  signal?: AbortSignal;
  /** Milliseconds that a request which begins now may wait between tries, instead of `maxWait`. */
  maxWaitLeft?: () => number;
}

/** A profile with resolved settings, and its provider. */
export interface Connected {
  provider: Provider;
  connection: Connection;
  /** With `--dry-run`: the writes that would have been sent so far. They get an empty response. */
  dryRequests: DryRequest[];
  /** The keys that were read so far, masked. */
  shownKeys: ReadonlyMap<KeyKind, string>;
}

/** What a vendor may lack: a property of `Provider`. */
export type Capability = Extract<VendorCapability, keyof Provider>;

/** A connected vendor that has what is needed of it. */
export type Vendor<Needs extends Capability> = Connected & {
  provider: Provider & { [Name in Needs]-?: NonNullable<Provider[Name]> };
};

/** What a vendor without a capability is reported to lack. */
const capabilityNames: Record<Capability, string> = {
  events: "events",
  incidents: "incidents",
  directory: "directory",
  onCall: "on-call schedules",
  shifts: "shifts",
  overrides: "overrides of schedules",
  changes: "list of changes",
  silences: "silences",
  content: "content",
};

/** The same vendor, which has what is needed of it. @throws {CliError} `usage` when it has not: `flotiq has no incidents` */
export function requireCapability<Needs extends Capability>(
  connected: Connected,
  needs: Needs,
  lacks: string = capabilityNames[needs],
): Vendor<Needs> {
  if (!hasCapability(connected, needs)) throw unsupported(connected.provider.name, lacks);
  return connected;
}

function hasCapability<Needs extends Capability>(connected: Connected, needs: Needs): connected is Vendor<Needs> {
  return connected.provider[needs] !== undefined;
}

/** The input of a command: everything from outside the program. */
export interface Context {
  readonly streams: Streams;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** All vendors. Code that maps over vendors uses this list. */
  readonly vendors: readonly VendorDescriptor[];
  readonly config: ConfigStore;
  /** The only profiles that exist for this command line; absent for all. */
  readonly profiles?: readonly string[] | undefined;
  readonly keyring: Keyring;
  /** Home of this user; a folder that does not exist for one without a home. */
  readonly home: string;
  /** `<state>`, which holds the spool; not made until it is needed. */
  readonly stateDir: string;
  readonly version: string;
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /**
   * From now on signals that would end the program go to `handler` instead, and `signal` is not aborted by them, until
   * the function that is returned is called. For a program that runs another.
   */
  takeSignals(handler: (name: NodeJS.Signals) => void): () => void;
  /** Starts this program once more with these words, apart from the terminal and from this process. */
  startAgain(words: string[]): Promise<void>;
  now(): Date;
  /** When this process began. */
  readonly startedAt: Date;
  /** See `Connection.pause`. */
  pause(ms: number): Promise<void>;
  /** @throws {CliError} `usage` on an unknown format or field list that cannot be parsed */
  printer(options: GlobalOptions): Printer;
  /**
   * Resolves profile and keys (option, environment, profile, default) and finds the provider. No key command is run and
   * no HTTP client made before `connection.http()`.
   *
   * @throws {CliError} `usage` on an unknown profile or bad configuration
   */
  connect(options: ConnectOptions): Promise<Connected>;
  /** Asks at the terminal. @throws {CliError} `usage` with `hint` if no question can be asked (see `--no-input`) */
  confirm(question: string, options: GlobalOptions, hint: string): Promise<boolean>;
  /** Asks for a value at the terminal, hidden when `secret`. @throws {CliError} `usage` if no question can be asked */
  ask(question: string, options: GlobalOptions & { secret?: boolean; hint: string }): Promise<string>;
  /**
   * The same, with the response as `read` makes it. Where `read` throws `usage`, the message is shown and the question put again, three
   * times in all.
   */
  askFor<Value>(
    question: string,
    options: GlobalOptions & { secret?: boolean; hint: string; read(text: string): Value },
  ): Promise<Value>;
  /** Whether `confirm` and `ask` would ask: a terminal, no CI, no `--no-input`. */
  canAsk(options: GlobalOptions): boolean;
  /** Masks every key that was read so far, in any text. */
  redact(text: string): string;
  /** Masks known keys in data from outside, and the values of fields that hold a key by their name. */
  maskReceived(text: string): string;
  /** Adds an error of one line to the page of the CI job, where the CI service has a command for that. */
  annotate(message: string): Promise<void>;
  /** Closes all connections. */
  close(): Promise<void>;
  /** Ends with this code although nothing was thrown, e.g. `ExitCode.partial`. */
  exitCode: number;
  /** A context for one more command line in this process, with the same places and its own connections. Close it afterwards. */
  fork(own: ForkOptions): Context;
}

/** What one command line has of its own in a process that runs several. */
export interface ForkOptions {
  streams: Streams;
  /** Ends its requests and waits. */
  signal: AbortSignal;
  /** Names of the stored profiles that exist for it; default: all. */
  profiles?: readonly string[];
  /** Default: that of the program. */
  env?: Context["env"];
}

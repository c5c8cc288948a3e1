/** Exit codes of the process. The table in README.md is checked against this object. */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  network: 3,
  auth: 4,
  notFound: 5,
  rateLimited: 6,
  partial: 7,
  pending: 8,
  no: 9,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What went wrong, in one word: a name of the exit code table. A bug of ours is not a `CliError` at all. */
export type ErrorKind = Exclude<keyof typeof ExitCode, "ok">;

/**
 * What the program itself knows of a failure, apart from any word of a vendor. Code that reacts to a failure decides by this, by
 * the kind or by the status. The JSON of an error shows it as its `code` where the vendor gave none.
 */
export type ErrorReason =
  /** The request may have reached the vendor, and no complete response came: whether it was done is not known. */
  | "maybeSent"
  /** The same of a write that is not repeated: the user has to look. */
  | "mayHaveHappened"
  /** A question before a write failed, so the write was not sent. */
  | "notSent"
  /** The server does not have the route at all, as opposed to the thing that was looked for behind it. */
  | "routeNotFound"
  /** The server has no route for it, or none that a key can use: it does not publish this. */
  | "notPublished"
  /** Not among the rows that the vendor lists, which are not all of them. */
  | "notListed"
  /** The account lacks a plan or a license, or has not paid: it has to be repaired, the request is right. */
  | "account"
  /** The vendor has no way to do it. */
  | "unsupported"
  /** The vendor took the trigger and closed it at once: nobody is notified. */
  | "swallowed"
  /** The event was refused for what can be repaired at the vendor, such as a service that is not there. */
  | "repairable"
  /** The event in the spool is for another address than that of its profile. */
  | "otherAddress"
  /** The key of the profile is of another kind, and was not sent. */
  | "keyForm"
  /** The profile has no key of this kind; by the name of its field in the config file. */
  | "apiKey"
  | "integrationKey"
  | "changeKey";

export interface CliErrorOptions extends ErrorOptions {
  /** A command that can be pasted, or one short sentence on what to do. */
  hint?: string | undefined;
  /** HTTP status of the response. */
  status?: number | undefined;
  /** The vendor's own error code, such as `VALIDATION_ERROR`. */
  code?: string | undefined;
  /** What the program itself knows of the failure. */
  reason?: ErrorReason | undefined;
  /** The code of Node or undici, such as `ECONNREFUSED`, where no response came. */
  systemCode?: string | undefined;
  /** The vendor's id of the request, for its support. */
  requestId?: string | undefined;
  /** Whether the same request may succeed later. */
  retryable?: boolean | undefined;
  /** How long the vendor asked to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Lines to print before it, such as the failures of each of several profiles. */
  warnings?: readonly string[] | undefined;
}

/** A failure the user can act on: printed as one line and a hint, never as a stack trace. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly reason: ErrorReason | undefined;
  readonly systemCode: string | undefined;
  readonly requestId: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly warnings: readonly string[];
  /** The profile that the command line names for what failed; commands in the hint get it. */
  profile: string | undefined;

  constructor(kind: ErrorKind, message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
    this.status = options.status;
    this.code = options.code;
    this.reason = options.reason;
    this.systemCode = options.systemCode;
    this.requestId = options.requestId;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.warnings = options.warnings ?? [];
  }

  get exitCode(): ExitCode {
    return ExitCode[this.kind];
  }

  /** The same failure with another message; its cause is this one. What `changes` names is changed with it. */
  reworded(message: string, changes: CliErrorOptions & { kind?: ErrorKind } = {}): CliError {
    const { kind, hint, status, code, reason, systemCode, requestId, retryable, retryAfterMs, warnings } = this;
    const same = { hint, status, code, reason, systemCode, requestId, retryable, retryAfterMs, warnings, cause: this };
    const error = new CliError(changes.kind ?? kind, message, { ...same, ...changes });
    error.profile = this.profile;
    return error;
  }
}

/** The user stopped the program. */
export class Interrupted extends CliError {
  /**
   * `signal` is the one that ended the work: its reason is the name of the system's signal. Without one it was Ctrl-C. The
   * reason `maybeSent`: a write was under way.
   */
  constructor(
    signal?: Pick<AbortSignal, "reason">,
    { message, reason }: { message?: string; reason?: ErrorReason } = {},
  ) {
    const doubt = reason === "maybeSent" ? " before a response came: it is not known whether it was done" : "";
    super(signal?.reason === "SIGTERM" ? "terminated" : "interrupted", message ?? `interrupted${doubt}`, { reason });
  }
}

/** Whether a failure is that the user stopped the program, with whatever it is known of the work. */
export function isInterrupt(error: unknown): boolean {
  return error instanceof CliError && (error.kind === "interrupted" || error.kind === "terminated");
}

/** Why work under this signal ends: a failure that it was aborted with, such as a time limit, else the user. */
export function stopped(signal: Pick<AbortSignal, "reason">): CliError {
  return signal.reason instanceof CliError ? signal.reason : new Interrupted(signal);
}

/** The user answered a question with no. */
export class Declined extends CliError {
  constructor() {
    super("usage", "nothing was changed");
  }
}

/** Bad input, bad configuration, or what a vendor cannot do: exit 2, nothing was sent. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError("usage", message, { hint });
}

/** Whether what failed so may have been done all the same: it was sent, and how it ended is not known. */
export function mayHaveSucceeded({ reason, status }: CliError): boolean {
  if (reason === "notSent") return false;
  return reason === "maybeSent" || status === 408 || (status !== undefined && status >= 500);
}

/** The text of one of several failures, with what the vendor's support asks for: its code and the id of the request. */
export function messageWithIds(error: Error, message = error.message): string {
  const { code, requestId } = error instanceof CliError ? error : {};
  const parts = [code, requestId && `request id: ${requestId}`].filter((part) => part && !message.includes(part));
  return parts.length === 0 ? message : `${message} [${parts.join(", ")}]`;
}

/** What this vendor has no way to do: `flotiq has no on-call schedules`. */
export function unsupported(provider: string, what: string, hint?: string): CliError {
  return new CliError("usage", `${provider} has no ${what}`, { hint, reason: "unsupported" });
}

import type { KeyKind } from "../model/key.ts";
import type { ProviderCode } from "./provider.ts";
import type { Webhooks } from "./webhooks.ts";

/**
 * A vendor as the rest of the program knows it before any of its code is loaded: plain data, and a way to load the code.
 * Settings, masks, `doctor`, help, completion and the sandbox's profiles read a list of these; a vendor is its folder and one
 * line in that list.
 */
export interface VendorDescriptor {
  /** As profiles, `--provider` and JSON write it: lower-case letters, digits and dashes, such as `opsknight`. */
  readonly name: string;
  /** As people write it: `OpsKnight`. */
  readonly title: string;
  readonly baseUrl: BaseUrlDescriptor;
  /** The kinds of key that it has. */
  readonly keys: Readonly<Partial<Record<KeyKind, KeyDescriptor>>>;
  /** Header with the id of a request, in lower case, where that is not `x-request-id`. */
  readonly requestIdHeader?: string;
  /** What it can do. The loaded code has exactly these. */
  readonly capabilities: readonly Capability[];
  /** Absent where the vendor signs no webhooks. */
  readonly webhooks?: WebhookDescriptor;
  /** `onduty sandbox` serves it; see `src/sandbox/vendors.ts`. */
  readonly sandbox?: true;
  /** Loads its code. */
  load(): Promise<ProviderCode>;
}

/** Parts of the contract that a vendor may lack; each is the name of an optional part of `Provider`, or of its incidents. */
export const capabilities = [
  "events",
  "incidents",
  /** Incidents can be merged. */
  "merge",
  /** Services, schedules, users and teams. */
  "directory",
  "onCall",
  "shifts",
  "content",
] as const;
export type Capability = (typeof capabilities)[number];

/** Where the vendor is reached: `scheme://host[:port][/prefix]`, without a slash at the end. */
export interface BaseUrlDescriptor {
  /** Only where every customer has the same host, or most have. */
  readonly default?: string;
  /** For hints, of a vendor without a default. */
  readonly example: string;
  /** A path that people copy along with the address although the vendor's routes begin with it, such as `/api`: removed from the end. */
  readonly routePrefix?: string;
}

export interface KeyDescriptor {
  /** As the vendor's own pages call it, such as `APP key`, where that is not our name for the kind. */
  readonly title?: string;
  /** What a key of kind `api` cannot do although the vendor can, for help: `sending events`. */
  readonly cannot?: string;
  /** The vendor's own environment variables for it, which the environment profile reads after ours. */
  readonly variables?: readonly string[];
  /** What it looks like, as far as that is known. */
  readonly forms?: readonly KeyForm[];
  /** Where a request carries it, so that it is masked in any text: names as they are sent. `Authorization` is always masked. */
  readonly carriedBy?: {
    readonly query?: readonly string[];
    readonly headers?: readonly string[];
    /** Fields of a JSON body. */
    readonly fields?: readonly string[];
  };
  /**
   * Base URLs that requests with this key go to, by the base URL of the profile, where the vendor has a host of its own for
   * them. Of a base URL that is not listed, such as a proxy's, requests go to that one.
   */
  readonly origins?: Readonly<Record<string, string>>;
}

/** How the vendor's webhooks are signed. Names of headers are as the vendor writes them. */
export interface WebhookDescriptor {
  /** The header that holds the signature: the option `--signature`. */
  readonly signature: { readonly header: string; readonly example: string };
  /** The header with the time of signing: the option `--timestamp`. Absent where no form has one. */
  readonly timestamp?: { readonly header: string };
  /** Headers of other forms of the signature. */
  readonly otherSignatures?: readonly string[];
  /** Headers that are not signed, but that a receiver reads. */
  readonly unsigned?: readonly string[];
  load(): Promise<Webhooks>;
}

/** One form of a key, recognized where a person typed a key by mistake and where a text must not show one. */
export interface KeyForm {
  /** Its beginning, which the masked form shows: `sk_live_`. Without one, only the last four characters are shown. */
  readonly prefix?: string;
  /** Matches all of it; not anchored, and without flags. */
  readonly pattern: RegExp;
  /** Other texts look the same, such as a hash: it is recognized as a word of its own, and not masked in a text. */
  readonly ambiguous?: true;
}

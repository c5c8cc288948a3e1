import type { KeyKind } from "../model/key.ts";
import type { ImportDescriptor } from "./imports.ts";
import type { ProviderCode } from "./provider.ts";
import type { Webhooks } from "./webhooks.ts";

/**
 * A vendor as plain data, known without loading its code, and a function that loads the code. Settings, masks, `doctor`, help,
 * completion and the sandbox's profiles read a list of descriptors. To add a vendor, add its folder and one line to the list.
 */
export interface VendorDescriptor {
  /** As profiles, `--provider` and JSON write it: lower-case letters, digits and dashes, such as `opsknight`. */
  readonly name: string;
  /** As people write it: `OpsKnight`. */
  readonly title: string;
  readonly baseUrl: BaseUrlDescriptor;
  /** The vendor's kinds of key. */
  readonly keys: Readonly<Partial<Record<KeyKind, KeyDescriptor>>>;
  /** What the settings of a profile mean here, where that is not the usual. */
  readonly settings?: SettingsDescriptor;
  /** Response header with the request id, in lower case; default `x-request-id`. */
  readonly requestIdHeader?: string;
  /** The optional parts of `Provider` that the vendor has. The loaded code has exactly these. */
  readonly capabilities: readonly Capability[];
  /** Absent where the vendor signs no webhooks. */
  readonly webhooks?: WebhookDescriptor;
  /** Other programs that store keys of the vendor, by the names under which `profiles import` reads them. */
  readonly imports?: Readonly<Record<string, ImportDescriptor>>;
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
  /** The alerts of an incident, with their events. */
  "alerts",
  /** Earlier incidents that are like one. */
  "similar",
  /** Services, schedules, users and teams. */
  "directory",
  "onCall",
  "shifts",
  /** People can be put over the rotation of a schedule for a time. */
  "overrides",
  /** Deploys and other changes can be listed. */
  "changes",
  /** Alerts can be silenced for a time. */
  "silences",
  "content",
] as const;
export type Capability = (typeof capabilities)[number];

/** Where the vendor is reached: `scheme://host[:port][/prefix]`, without a slash at the end. */
export interface BaseUrlDescriptor {
  /** Only for a vendor whose customers, or most of them, share a host. */
  readonly default?: string;
  /** Addresses of its regions by their names, one of them the default: the option `--region`. */
  readonly regions?: Readonly<Record<string, string>>;
  /** For hints, of a vendor without a default. */
  readonly example: string;
  /** A path that people copy along with the address although the vendor's routes begin with it, such as `/api`: removed from the end. */
  readonly routePrefix?: string;
}

export interface KeyDescriptor {
  /** The vendor's own name for it, such as `APP key`, when it differs from ours. */
  readonly title?: string;
  /** How to make a good one, for help: a sentence. */
  readonly advice?: string;
  /** What a key of kind `api` cannot do although the vendor can, for help: `sending events`. */
  readonly cannot?: string;
  /** The vendor's own environment variables for it, which the environment profile reads after ours. */
  readonly variables?: readonly string[];
  /** Known forms of the key. */
  readonly forms?: readonly KeyForm[];
  /** Names under which requests carry it, as sent: the values are masked in any text. `Authorization` is always masked. */
  readonly carriedBy?: {
    readonly query?: readonly string[];
    readonly headers?: readonly string[];
    /** Fields of a JSON body. */
    readonly fields?: readonly string[];
  };
  /**
   * For a vendor with a separate host for this key: the base URL of its requests, by the base URL of the profile. A base URL
   * that is not listed, such as that of a proxy, is used unchanged.
   */
  readonly origins?: Readonly<Record<string, string>>;
}

/** What the settings of a profile mean to a vendor. */
export interface SettingsDescriptor {
  /** Why a profile has no routing key, for a message: what the vendor calls so is a key. */
  readonly noRoutingKey?: string;
  /** What the user of a profile is needed for; `profiles add` then asks for it: `e-mail address for changes to incidents`. */
  readonly userFor?: string;
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
  /** What happens without a webhook, as a sentence without a period: a receiver must not take silence for calm. */
  readonly silentAbout?: string;
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

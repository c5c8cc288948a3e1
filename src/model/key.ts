import type { Person } from "./incident.ts";

/** What a key is for. `api` reads and writes, `integration` sends events, `change` sends change events (Flashduty). */
export const keyKinds = ["api", "integration", "change"] as const;
export type KeyKind = (typeof keyKinds)[number];

/** A kind of key as messages name it. */
export const keyNames: Record<KeyKind, string> = {
  api: "API key",
  integration: "integration key",
  change: "change key",
};

/** What a key is wanted for. */
export const keyPurposes = ["events", "incidents", "read", "all"] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export type KeyStatus = "valid" | "restricted" | "invalid" | "missing" | "unknown";

export interface KeyScopes {
  granted: string[];
  missing: string[];
  /** Known to exist, but only a write could test it. */
  untested: string[];
  /** The server has no route that needs it. */
  absent: string[];
}

/** For a key without known scopes. */
export const noScopes: KeyScopes = { granted: [], missing: [], untested: [], absent: [] };

/** The result of checking a key. */
export interface KeyVerdict {
  status: KeyStatus;
  /** `live`, `test`, `application`, `user-defined`, `integration`, `app`; null when nothing is known. */
  kind: string | null;
  scopes: KeyScopes;
  account: Person | null;
  message: string | null;
  requestId: string | null;
  /** The vendor has no way to check this kind of key: that it is unknown is no failure. */
  uncheckable?: true;
  /** The server has none of the vendor's routes: the base URL is wrong. */
  wrongServer?: true;
}

/** The result of `whoami`. */
export interface Identity {
  account: { id: string; name: string | null } | null;
  user: Person | null;
  key: { kind: string | null; scopes: KeyScopes | null };
}

/** The source of a stored key. For the keyring, the value is the name of the entry. */
export type KeySource = { text: string } | { command: string } | { env: string } | { keyring: string };

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

export type KeyStatus = "valid" | "restricted" | "invalid" | "missing" | "unknown";

export interface KeyScopes {
  granted: string[];
  missing: string[];
  /** Known to exist, but only a write would tell. */
  untested: string[];
  /** The server has no route that needs it. */
  absent: string[];
}

/** Of a key of which no scope is known. */
export const noScopes: KeyScopes = { granted: [], missing: [], untested: [], absent: [] };

/** What the vendor says of a key. */
export interface KeyVerdict {
  status: KeyStatus;
  /** `live`, `test`, `application`, `user-defined`, `integration`, `app`; null when nothing is known. */
  kind: string | null;
  scopes: KeyScopes;
  account: Person | null;
  message: string | null;
  requestId: string | null;
}

/** Answer to `whoami`. */
export interface Identity {
  account: { id: string; name: string | null } | null;
  user: Person | null;
  key: { kind: string | null; scopes: KeyScopes | null };
}

/** Where a stored key comes from; of the keyring it is the name of the entry. */
export type KeySource = { text: string } | { command: string } | { env: string } | { keyring: string };

import { onTestFinished } from "vitest";
import { createHttpClient } from "../../src/http/client.ts";
import type { KeyKind } from "../../src/model/key.ts";
import type { Connection, ProviderCode } from "../../src/providers/provider.ts";

export interface ConnectOptions {
  url: string;
  keys: Partial<Record<KeyKind, string>>;
  profile?: Partial<Connection["profile"]>;
  /** See the vendor's descriptor. */
  requestIdHeader?: string | undefined;
  now?: Date;
  /** Takes the lines for `--debug`. */
  debug?: (line: string) => void;
}

/** A connection with real clients; nothing is waited for, and a request is tried once. */
export function connectTo(
  provider: ProviderCode,
  { url, keys, profile, requestIdHeader, now, debug }: ConnectOptions,
): Connection {
  return {
    profile: { name: "prod", provider: "test", baseUrl: url, ...profile },
    keys: new Set(Object.keys(keys) as KeyKind[]),
    async http(kind = "api") {
      if (kind === null) throw new Error("the test has no client without a key");
      const key = keys[kind];
      if (key === undefined) throw new Error(`the test has no ${kind} key`);
      const client = createHttpClient({
        baseUrl: url,
        dialect: provider.dialect(kind, key),
        ...(requestIdHeader !== undefined && { requestIdHeader }),
        timeoutMs: 2000,
        maxWaitMs: 0,
        env: {},
        userAgent: "onduty/test",
        redact: (text) => text,
      });
      onTestFinished(() => client.close());
      return client;
    },
    pause: async () => {},
    now: () => now ?? new Date(),
    debug: debug ?? (() => {}),
  };
}

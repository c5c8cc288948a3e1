import type { Quirks } from "./chaos.ts";
import type { Limiter } from "./limits.ts";
import type { Change, Store } from "./model.ts";
import type { Reply, SandboxRequest } from "./reply.ts";
import type { Webhook } from "./webhooks.ts";

/** A vendor as the sandbox serves it, below `/NAME/`. Written from the vendor's reference, never from our provider. */
export interface SandboxVendor<Name extends string = string> {
  /** As profiles name the vendor. */
  name: Name;
  /** Its keys, by what they may do. */
  keys: Readonly<Record<string, string>>;
  /** What `--add-profiles` stores besides vendor and address. */
  profile: SandboxProfile;
  /** Starts to serve it. */
  serve(tools: SandboxTools): VendorServer;
}

export interface SandboxProfile {
  keys: { api?: string; integration?: string; change?: string };
  service?: string;
  user?: string;
}

export interface SandboxTools {
  store: Store;
  limiter: Limiter;
  now(): Date;
  /** What chaos asks for at the moment. */
  quirks(): Quirks | undefined;
  /** Which of its servers OpsKnight is. */
  dialect: "documented" | "1.3";
}

export interface VendorServer {
  answer(request: SandboxRequest): Reply;
  /** A failure as the vendor words it, for chaos. */
  fail(failure: VendorFailure): Reply;
  /** Sends a signed webhook for a change of an incident; absent where the sandbox sends none of this vendor. */
  sendWebhook?(webhook: Webhook, change: Change, warn: (line: string) => void): void;
}

export interface VendorFailure {
  status: 429 | 500 | 502 | 503;
  message: string;
  /** How many requests there were. */
  count: number;
}

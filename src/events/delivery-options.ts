import type { ConnectOptions } from "../context.ts";

export interface DeliveryOptions extends ConnectOptions {
  service?: string;
  routingKey?: string;
  /** Exit 9 when the vendor ignored it. */
  exitStatus?: boolean;
  /** Exit 0 for what is safe on disk. */
  spoolOk?: boolean;
  /** False for `--no-spool`. */
  spool?: boolean;
}

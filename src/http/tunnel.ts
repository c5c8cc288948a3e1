import type { Dispatcher } from "undici";
import { usageError } from "../errors.ts";
import { type ConnectionParts, connectionPool } from "./connections.ts";
import { TunnelRefused } from "./errors.ts";
import { proxyHint, proxyToken } from "./proxy.ts";

/** Options of undici's dispatchers that matter to a tunnel. */
export interface TunnelOptions extends ConnectionParts {
  /** For the tunnel to open. */
  timeoutMs: number;
  /** TLS inside the tunnel. */
  requestTls: object;
}

/**
 * A dispatcher that sends everything through a proxy, in tunnels.
 *
 * @throws {CliError} `usage` on an invalid address. The message does not repeat it: it may hold a password
 */
export async function tunnelDispatcher(
  { Client, Pool, ...options }: TunnelOptions,
  proxy: string,
): Promise<Dispatcher> {
  const [{ default: ProxyAgent }, { default: connect }] = await Promise.all([
    import("undici/lib/dispatcher/proxy-agent.js"),
    import("undici/lib/api/api-connect.js"),
  ]);
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol))
    throw usageError("the address of the proxy is not an http:// or https:// URL", proxyHint);
  const timeout = options.timeoutMs;
  // undici's index adds the method that opens a tunnel to its dispatchers. The index is not loaded here.
  const clientFactory = (origin: URL, given: object): Dispatcher => {
    const pool = new Pool(origin.origin, { ...given, headersTimeout: timeout });
    return Object.assign(pool, {
      connect: async (request: Dispatcher.ConnectOptions) => opened(connect.call(pool, request)),
    });
  };
  const uri = new URL(proxy);
  const token = proxyToken(uri);
  uri.username = "";
  uri.password = "";
  const tls = { proxyTls: { timeout }, requestTls: { timeout, ...options.requestTls } };
  // The connections inside the tunnels.
  const factory = (origin: URL | string, own: object): Dispatcher => connectionPool({ Client, Pool }, `${origin}`, own);
  return new ProxyAgent({
    ...options,
    ...tls,
    factory,
    uri: uri.href,
    clientFactory,
    ...(token !== undefined && { token }),
  });
}

/** @throws {TunnelRefused} in place of undici's error, which differs from others by its text only */
async function opened(opening: Promise<Dispatcher.ConnectData>): Promise<Dispatcher.ConnectData> {
  const tunnel = await opening.catch((error: NodeJS.ErrnoException) => {
    // When a proxy hangs up, undici takes the connection for an idle one, and would open new ones without end.
    throw error.code === "UND_ERR_SOCKET" ? new TunnelRefused() : error;
  });
  if (tunnel.statusCode === 200) return tunnel;
  tunnel.socket.on("error", () => {}).destroy();
  throw new TunnelRefused(tunnel.statusCode);
}

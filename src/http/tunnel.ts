import type { Dispatcher } from "undici";
import { usageError } from "../errors.ts";
import { TunnelRefused } from "./errors.ts";
import { proxyHint, proxyToken } from "./proxy.ts";

/** Options of undici's dispatchers that matter to a tunnel. */
export interface TunnelOptions {
  /** In milliseconds. */
  headersTimeout: number;
  /** TLS inside the tunnel. */
  requestTls: object;
}

/**
 * A dispatcher that sends everything through a proxy, in tunnels.
 *
 * @throws {CliError} `usage` when that is no address of a proxy, which is not repeated: it may hold a password
 */
export async function tunnelDispatcher(options: TunnelOptions, proxy: string): Promise<Dispatcher> {
  const [{ default: ProxyAgent }, { default: Pool }, { default: connect }] = await Promise.all([
    import("undici/lib/dispatcher/proxy-agent.js"),
    import("undici/lib/dispatcher/pool.js"),
    import("undici/lib/api/api-connect.js"),
  ]);
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol))
    throw usageError("the address of the proxy is not an http:// or https:// URL", proxyHint);
  const timeout = options.headersTimeout;
  // A tunnel is opened with a method that undici's index, which we do not load, puts on its dispatchers.
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
  return new ProxyAgent({ ...options, ...tls, uri: uri.href, clientFactory, ...(token !== undefined && { token }) });
}

/** @throws {TunnelRefused} in place of undici's error, which only its text tells from others */
async function opened(opening: Promise<Dispatcher.ConnectData>): Promise<Dispatcher.ConnectData> {
  const tunnel = await opening.catch((error: NodeJS.ErrnoException) => {
    // undici takes a proxy that hangs up for a connection that was idle, and would open the next one without end.
    throw error.code === "UND_ERR_SOCKET" ? new TunnelRefused() : error;
  });
  if (tunnel.statusCode === 200) return tunnel;
  tunnel.socket.on("error", () => {}).destroy();
  throw new TunnelRefused(tunnel.statusCode);
}

import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { setFlagsFromString } from "node:v8";
import type { Dispatcher } from "undici";
import { usageError } from "../errors.ts";

export interface TransportConfig {
  timeoutMs: number;
  caFile: string | undefined;
  /** Certificate authorities of the environment (NODE_EXTRA_CA_CERTS), which a list of our own would hide. */
  extraCaFile: string | undefined;
  /** Proxy to go through, if any. */
  proxy: string | undefined;
}

export interface TransportRequest {
  origin: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal;
}

/** Sends bytes and gets bytes; knows nothing of retries, errors or JSON. */
export interface Transport {
  send(request: TransportRequest): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

/** Makes a transport of undici's parts: its index would load everything it has, which costs as much as starting Node. */
export async function createTransport(config: TransportConfig): Promise<Transport> {
  // V8 would compile undici's WebAssembly parser with every tier at once; it is small and runs briefly.
  if (!("Bun" in globalThis)) {
    for (const flag of ["--no-wasm-tier-up", "--wasm-lazy-compilation", "--no-wasm-dynamic-tiering"])
      setFlagsFromString(flag);
  }
  const [{ default: Agent }, { default: request }] = await Promise.all([
    import("undici/lib/dispatcher/agent.js"),
    import("undici/lib/api/api-request.js"),
  ]);
  const { timeoutMs } = config;
  const ca = readAuthorities(config);
  const tls = ca === undefined ? {} : { ca };
  const options = {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs, ...tls },
    connections: 64,
    keepAliveTimeout: 4000,
    // A server that announces a longer keep-alive than it keeps must not cost an event.
    keepAliveTimeoutThreshold: 1000,
    maxRedirections: 0,
  };
  const dispatcher: Dispatcher =
    config.proxy === undefined ? new Agent(options) : await throughProxy({ ...options, requestTls: tls }, config.proxy);
  return {
    send: ({ origin, path, method, headers, body, signal }) =>
      request.call(dispatcher, {
        origin,
        path,
        method: method as Dispatcher.HttpMethod,
        headers,
        ...(body !== undefined && { body }),
        signal,
      }),
    close: () => dispatcher.destroy(),
  };
}

async function throughProxy(options: object, proxy: string): Promise<Dispatcher> {
  const [{ default: ProxyAgent }, { default: connect }, { default: Dispatcher }] = await Promise.all([
    import("undici/lib/dispatcher/proxy-agent.js"),
    import("undici/lib/api/api-connect.js"),
    import("undici/lib/dispatcher/dispatcher.js"),
  ]);
  // A tunnel is opened with this method, which undici's index, that we do not load, puts on its dispatchers.
  Object.assign(Dispatcher.prototype, { connect });
  const uri = new URL(proxy);
  const password = decodeURIComponent(uri.password);
  const token = uri.username === "" ? undefined : `Basic ${btoa(`${decodeURIComponent(uri.username)}:${password}`)}`;
  uri.username = "";
  uri.password = "";
  return new ProxyAgent({ ...options, uri: uri.href, ...(token !== undefined && { token }) });
}

function readAuthorities({ caFile, extraCaFile }: TransportConfig): string[] | undefined {
  if (caFile === undefined) return undefined;
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      throw usageError(`cannot read the certificates in "${file}": ${(error as NodeJS.ErrnoException).code}`);
    }
  };
  const own = read(caFile);
  if (!own.includes("-----BEGIN CERTIFICATE-----")) throw usageError(`"${caFile}" holds no PEM certificate`);
  return [...rootCertificates, own, ...(extraCaFile === undefined ? [] : [read(extraCaFile)])];
}

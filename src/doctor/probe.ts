import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { deadline } from "../concurrency/deadline.ts";
import { type AuthorityFiles, readAuthorities } from "../http/authorities.ts";
import { TunnelRefused } from "../http/errors.ts";
import { proxyToken } from "../http/proxy.ts";

/** A server to check, without a key. */
export interface ProbeTarget extends AuthorityFiles {
  baseUrl: URL;
  proxy: string | undefined;
  /** For each step. */
  timeoutMs: number;
  userAgent: string;
  now(): Date;
  signal: AbortSignal;
}

export interface Reached {
  status: number;
  /** Time of the first request, with the connection setup, in milliseconds. */
  connectMs: number;
  /** Time of a request on the open connection, in milliseconds. */
  latencyMs: number;
  /** How far this machine's clock is ahead of the server's, in milliseconds and to about a second; null without a date. */
  clockAheadMs: number | null;
}

/**
 * Sends HEAD to the base URL, twice. Any response is fine.
 *
 * @throws undici's error if no response comes, {CliError} `usage` on a `caFile` that cannot be used
 */
export async function reach(target: ProbeTarget): Promise<Reached> {
  const { baseUrl, now, signal, userAgent } = target;
  const { createTransport } = await import("../http/transport.ts");
  const transport = await createTransport({ ...target, maxBytes: 1024 * 1024, origin: baseUrl.origin });
  const stop = (): void => transport.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  // One deadline covers all slow steps, such as a tunnel and a handshake.
  const late = Object.assign(new Error("too late"), { code: "UND_ERR_HEADERS_TIMEOUT" });
  const timer = setTimeout(() => transport.abort(late), target.timeoutMs * 3);
  const ask = async () => {
    const began = performance.now();
    const sentAt = now().getTime();
    const headers = { "user-agent": userAgent, accept: "application/json" };
    const path = `${baseUrl.pathname.replace(/\/+$/, "")}/`;
    const answer = await transport.send({ origin: baseUrl.origin, path, method: "HEAD", headers, body: null });
    const ms = performance.now() - began;
    return { ...answer, ms, at: sentAt + ms / 2 };
  };
  try {
    const first = await ask();
    // If the second request fails, the first response still counts.
    const second = await ask().catch(() => first);
    const date = Date.parse(second.headers.date ?? "");
    // A cached response is this many seconds old.
    const age = Number(second.headers.age ?? 0) || 0;
    return {
      status: first.status,
      connectMs: Math.round(first.ms),
      latencyMs: Math.round(second.ms),
      // The date leaves out the fraction of its second.
      clockAheadMs: Number.isNaN(date) ? null : Math.round(second.at - (date + age * 1000 + 500)),
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    await transport.close();
  }
}

export interface Certificate {
  validTo: Date;
  /** Organization or name from the certificate; not verified. */
  issuer: string;
  /** Such as `TLSv1.3`. */
  protocol: string;
  /** Why it is not trusted; null when it is. */
  problem: Error | null;
}

/**
 * The certificate of the server, also when it is not trusted. Nothing is sent.
 *
 * @throws the socket's error when no TLS connection, {CliError} `usage` on a `caFile` that cannot be used
 */
export async function readCertificate(target: ProbeTarget): Promise<Certificate> {
  const { baseUrl, timeoutMs } = target;
  const [{ connect }, { isIP }] = await Promise.all([import("node:tls"), import("node:net")]);
  const ca = await readAuthorities(target);
  const signal = deadline(target.signal, timeoutMs);
  const host = baseUrl.hostname.replace(/^\[|\]$/g, "");
  const port = Number(baseUrl.port || 443);
  const tunnel =
    target.proxy === undefined
      ? undefined
      : await openTunnel(new URL(target.proxy), `${baseUrl.hostname}:${port}`, signal);
  const socket = connect({
    ...(tunnel === undefined ? { host, port } : { socket: tunnel, host }),
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    // The certificate is only inspected; nothing is sent over this connection.
    rejectUnauthorized: false,
  });
  try {
    await waitForEvent(socket, "secureConnect", signal);
    return describeCertificate(socket);
  } finally {
    socket.destroy();
  }
}

function describeCertificate(socket: TLSSocket): Certificate {
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  const reason: unknown = socket.authorizationError;
  const code = reason instanceof Error ? ((reason as NodeJS.ErrnoException).code ?? reason.message) : String(reason);
  return {
    validTo: new Date(validTo),
    issuer: String(issuer?.O ?? issuer?.CN ?? "nobody"),
    protocol: socket.getProtocol() ?? "TLS",
    problem: socket.authorized ? null : Object.assign(new Error(code), { code }),
  };
}

/** Opens a connection to `address` through a proxy. */
async function openTunnel(proxy: URL, address: string, signal: AbortSignal): Promise<Socket> {
  const { request } = proxy.protocol === "https:" ? await import("node:https") : await import("node:http");
  const token = proxyToken(proxy);
  const outgoing = request({
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: address,
    agent: false,
    signal,
    headers: { host: address, ...(token !== undefined && { "proxy-authorization": token }) },
  });
  return new Promise((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("connect", (response, socket) => {
      if (response.statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(new TunnelRefused());
    });
    outgoing.on("response", (response) => {
      response.destroy();
      reject(new TunnelRefused());
    });
    outgoing.end();
  });
}

/** Whether a connection to a host opens; resolves when it does. @throws the socket's error */
export async function openConnection(host: string, port: number, signal: AbortSignal): Promise<void> {
  const { connect } = await import("node:net");
  const socket = connect({ host: host.replace(/^\[|\]$/g, ""), port });
  try {
    await waitForEvent(socket, "connect", signal);
  } finally {
    socket.destroy();
  }
}

function waitForEvent(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(Object.assign(new Error("too late"), { code: "ETIMEDOUT" }));
    socket.once(event, () => resolve());
    socket.on("error", reject);
    socket.once("close", () => reject(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    if (signal.aborted) late();
    signal.addEventListener("abort", late, { once: true });
  });
}

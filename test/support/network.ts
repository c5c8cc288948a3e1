import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server as NetServer, type Socket } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { tempDir } from "./temp-dir.ts";

/** A key with a certificate that nobody else signed; `file` holds the certificate. */
export async function selfSigned(...names: string[]): Promise<{ key: string; cert: string; file: string }> {
  const folder = await tempDir();
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const alternatives = ["DNS:localhost", "IP:127.0.0.1", ...names.map((name) => `DNS:${name}`)].join(",");
  const subject = ["-subj", "/CN=localhost", "-addext", `subjectAltName=${alternatives}`];
  // A key of an elliptic curve is made at once.
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", keyFile, "-out", certFile];
  execFileSync("openssl", ["req", "-x509", ...kind, "-days", "2", ...files, ...subject], { stdio: "ignore" });
  return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8"), file: certFile };
}

/** Serves on loopback until the test ends; gives the port. */
export async function listen(server: NetServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

export function tlsServer(setting: { key: string; cert: string }, listener: RequestListener): Server {
  return createTlsServer(setting, listener);
}

export interface ForwardProxy {
  url: string;
  port: number;
  /** What it was asked, with the credentials: `CONNECT vendor.test:443 Basic …`. */
  asked: string[];
}

/** A proxy that takes every name for this machine, and refuses those without `credentials` (`user:password`). */
export async function forwardProxy(credentials?: string): Promise<ForwardProxy> {
  const asked: string[] = [];
  const wanted = credentials === undefined ? undefined : `Basic ${btoa(credentials)}`;
  const server = createServer((request, response) => response.writeHead(405).end(request.method));
  server.on("connect", (request, socket: Socket) => {
    const given = request.headers["proxy-authorization"];
    asked.push(`CONNECT ${request.url}${given === undefined ? "" : ` ${given}`}`);
    socket.on("error", () => {});
    if (wanted !== undefined && given !== wanted)
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    const upstream = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    upstream.on("close", () => socket.destroy());
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, asked };
}

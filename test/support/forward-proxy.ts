import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";

export interface ForwardProxy {
  /** `http://user:password@127.0.0.1:PORT`; the password is fake. */
  url: string;
  host: string;
  /** Of each tunnel that was asked for: address and credentials. */
  asked: string[];
}

/** A forward proxy on loopback that takes every tunnel to `port` of this machine, whatever name was asked for. */
export async function forwardProxy(port: number): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (incoming, socket) => {
    asked.push(`${incoming.url} ${incoming.headers["proxy-authorization"] ?? ""}`.trim());
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        socket.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://user:fake-proxy-password@${host}`, host, asked };
}

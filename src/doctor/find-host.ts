import dns from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { isLoopback } from "../model/loopback.ts";

/**
 * The addresses of a host as connections to it find them, or `silent` if no name server responds within `ms`.
 *
 * @throws the error of the lookup, such as `ENOTFOUND`
 */
export async function findHost(hostname: string, ms: number): Promise<string[] | "silent"> {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return [host];
  // The system's lookup cannot be canceled: it would keep the process alive while it waits for the servers.
  const local = process.platform !== "linux" || isLoopback(host) || (await isInHostsFile(host));
  if (!local && !(await responds(host, ms))) return "silent";
  return (await dns.lookup(host, { all: true })).map(({ address }) => address);
}

/** Whether any name server responds for the host, even with "not found". */
async function responds(host: string, ms: number): Promise<boolean> {
  const resolver = new dns.Resolver({ timeout: ms, tries: 1 });
  resolver.setServers(dns.getServers());
  const timer = setTimeout(() => resolver.cancel(), ms);
  const isSilence = (error: NodeJS.ErrnoException): boolean => error.code === "ETIMEOUT" || error.code === "ECANCELLED";
  const ask = (query: Promise<unknown>): Promise<boolean> =>
    query.then(
      () => true,
      (error: NodeJS.ErrnoException) => !isSilence(error),
    );
  try {
    const both = await Promise.all([ask(resolver.resolve4(host)), ask(resolver.resolve6(host))]);
    return both.includes(true);
  } finally {
    clearTimeout(timer);
  }
}

async function isInHostsFile(host: string): Promise<boolean> {
  const text = await readFile("/etc/hosts", "utf8").catch(() => "");
  const names = text.split("\n").flatMap((line) => line.replace(/#.*/, "").trim().split(/\s+/).slice(1));
  return names.some((name) => name.toLowerCase() === host.toLowerCase());
}

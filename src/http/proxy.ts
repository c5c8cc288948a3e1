import { isLoopback } from "../model/loopback.ts";

/** The source of a proxy's address. */
export const proxyHint = "is the proxy right? HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, or onduty profiles show";

type Env = Readonly<Record<string, string | undefined>>;

/** The proxy that the environment names for a URL: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, less NO_PROXY and loopback. */
export function proxyFor(url: URL, env: Env): string | undefined {
  if (isLoopback(url.hostname) || isExcepted(url, variable(env, "NO_PROXY"))) return undefined;
  const proxy = variable(env, url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? variable(env, "ALL_PROXY");
  if (proxy === undefined) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** The `Proxy-Authorization` for a proxy whose address has a user; undefined for one without. */
export function proxyToken({ username, password }: URL): string | undefined {
  if (username === "") return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64")}`;
}

/** An unescaped `%` is a common mistake; it is kept unchanged, as in curl. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether an address, IPv4 or IPv6, is one of a network: `2001:db8::/32`. */
function isInNetwork(host: string, network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  // Loaded only where a list has networks.
  const { BlockList, isIP } = process.getBuiltinModule("node:net");
  const family = isIP(address);
  const length = Number(bits);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || length > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(address, length, type);
  return list.check(host, type);
}

/** The lower-case name wins, as in curl. */
function variable(env: Env, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

/** NO_PROXY: names, `.suffix` or `*.suffix`, each with or without a port, and networks such as `10.0.0.0/8`; `*` is every host. */
function isExcepted(url: URL, list: string | undefined): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, "");
  return (list ?? "").split(/[\s,]+/).some((entry) => {
    if (entry.includes("/")) return isInNetwork(host, entry);
    const address = entry.replace(/^\[|\]$/g, "");
    // An IPv6 address, which has many ways to be written; its last part is no port.
    if (/:.*:/.test(address) && isInNetwork(host, `${address}/128`)) return true;
    const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase().replace(/^\*(?=\.)/, "")) ?? [];
    if (name === "" || (only !== undefined && only !== port)) return false;
    const suffix = name.replace(/^\./, "");
    return name === "*" || host === suffix || host.endsWith(`.${suffix}`);
  });
}

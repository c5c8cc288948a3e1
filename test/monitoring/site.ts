import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { copyOfProgram } from "../support/program-copy.ts";

/* A site with a real monitoring system, whose commands run the program as it is installed, against the sandbox. */

export interface Incident {
  id: string;
  title: string;
  status: string;
  dedup_key: string | null;
  description: string | null;
}

export interface Site {
  /** A folder that every user may enter, for the files of the system. */
  folder: string;
  /** What the daemons are given: a path with `onduty` in it, and nothing else. */
  env: Record<string, string>;
  /** A recipe with the folders of this site in place of those it names. */
  here(text: string): string;
  /** Starts a daemon as its user; it ends with the site. */
  start(
    words: readonly string[],
    options?: { uid?: number; gid?: number; cwd?: string; env?: Record<string, string> },
  ): ChildProcess;
  /** What the daemons have printed. */
  output(): string;
  /** The incidents of the vendor with a dedup key, by that key. */
  incidents(): Promise<Map<string, Incident>>;
  /** Waits until the incident of a key has this status. */
  reaches(key: string, status: string): Promise<Incident>;
  /** Waits until this holds. */
  until<Value>(what: string, look: () => Promise<Value | undefined> | Value | undefined): Promise<Value>;
  /** Runs the program as the daemons do. */
  onduty(
    words: readonly string[],
    env?: Record<string, string>,
  ): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** How long a change may take to arrive, in milliseconds. */
const maxWaitMs = 40_000;

/** Works at a site; everything that was started in it has ended when this resolves. `user` owns its folders. */
export async function atSite(user: { uid: number; gid: number } | undefined, work: (site: Site) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), "onduty-site-"));
  chmodSync(folder, 0o755);
  const sandbox = await startSandbox({ port: 0, dialect: "documented", rateLimits: false });
  const children: ChildProcess[] = [];
  try {
    await work(await siteIn(folder, sandbox, children, user));
  } catch (error) {
    for (const name of readdirSync(folder)) process.stderr.write(`${join(folder, name)}\n`);
    throw error;
  } finally {
    for (const child of children) await stop(child);
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function siteIn(
  folder: string,
  sandbox: Sandbox,
  children: ChildProcess[],
  user: { uid: number; gid: number } | undefined,
): Promise<Site> {
  const [config, state, bin, program] = ["etc", "state", "bin", "program"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const one of [config, state]) {
    mkdirSync(one, { mode: 0o700 });
    if (user !== undefined) chownSync(one, user.uid, user.gid);
  }
  mkdirSync(bin);
  const key = sandbox.keys.opsknight.all;
  const prod = {
    provider: "opsknight",
    baseUrl: sandbox.urls.opsknight,
    apiKey: { text: key },
    service: "svc_checkout",
  };
  const file = join(config, "config.json");
  writeFileSync(file, JSON.stringify({ current: "prod", profiles: { prod } }), { mode: 0o600 });
  if (user !== undefined) chownSync(file, user.uid, user.gid);
  const words = await copyOfProgram(program);
  writeFileSync(join(bin, "onduty"), `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(" ")} "$@"\n`, {
    mode: 0o755,
  });
  const env = { PATH: `${bin}:/usr/bin:/bin` };
  let printed = "";
  const until: Site["until"] = async (what, look) => {
    for (const end = Date.now() + maxWaitMs; Date.now() < end; ) {
      const value = await look();
      if (value !== undefined) return value;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`${what}: not within ${maxWaitMs / 1000} s\n${printed.slice(-4000)}`);
  };
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${sandbox.urls.opsknight}${path}`, { headers: { authorization: `Bearer ${key}` } });
    return ((await response.json()) as { data: unknown }).data;
  };
  const incidents: Site["incidents"] = async () => {
    const data = (await ask("/api/incidents?limit=100")) as Incident[];
    // Newest first: of several with one key the newest counts.
    return new Map(data.toReversed().flatMap((one) => (one.dedup_key === null ? [] : [[one.dedup_key, one]])));
  };
  return {
    folder,
    env,
    here: (text) =>
      text
        .replaceAll("/etc/onduty", config)
        .replaceAll("/var/lib/onduty", state)
        .replaceAll("PATH=/usr/local/bin:", `PATH=${bin}:`),
    start(command, options = {}) {
      const [name = "", ...args] = command;
      const child = spawn(name, args, { cwd: folder, env, ...user, ...options, stdio: ["ignore", "pipe", "pipe"] });
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk) => {
          printed += String(chunk);
        });
      child.on("error", (error) => {
        printed += `${error.message}\n`;
      });
      children.push(child);
      return child;
    },
    output: () => printed,
    incidents,
    async reaches(dedupKey, status) {
      let last: Incident | undefined;
      return until(`${dedupKey} is ${status}`, async () => {
        last = (await incidents()).get(dedupKey);
        return last?.status === status ? last : undefined;
      }).catch((error: Error) => {
        throw new Error(`${error.message}\nit is ${last?.status}`);
      });
    },
    until,
    async onduty(args, more = {}) {
      const child = spawn(join(bin, "onduty"), args, {
        cwd: "/",
        env: { ...env, ONDUTY_CONFIG_DIR: config, ONDUTY_STATE_DIR: state, ...more },
        ...user,
      });
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (chunk) => {
        stdout += String(chunk);
      });
      child.stderr.on("data", (chunk) => {
        stderr += String(chunk);
      });
      child.stdin.end();
      const [code] = (await once(child, "close")) as [number | null];
      return { code, stdout, stderr };
    },
  };
}

/** Ends a daemon, at first gently. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(late);
}

/** A port of this machine that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The first of these programs that is installed; undefined for none. */
export function installed(...files: string[]): string | undefined {
  return files.find((file) => existsSync(file));
}

/** User and group of a name, by the files of this machine; undefined when this user cannot become another. */
export function userNamed(name: string, passwd: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, "m").exec(passwd) ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

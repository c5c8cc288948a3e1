import { constants } from "node:fs";
import { access, lstat } from "node:fs/promises";
import { dirname } from "node:path";
import { within } from "../concurrency/within.ts";
import { octal } from "../config/access.ts";
import type { Context } from "../context.ts";
import { isNowhere } from "../disk/nowhere.ts";
import { openSpool } from "../events/spooled.ts";
import { authorityFiles, unusedVariables } from "../http/authorities.ts";
import { count } from "../model/text.ts";
import { shortAge } from "../output/time.ts";
import { isCorrupt } from "../spool/spool.ts";
import { versionText } from "../version.ts";
import { checkCompletions } from "./completions.ts";
import { type Finding, findingFor } from "./finding.ts";
import { shortPath } from "./paths.ts";

/** The oldest Node that the program runs on. */
const oldestNode = [20, 18, 1];
const spoolMs = 5000;

/** Findings about this machine. `config` are those about the configuration, which its reader makes. */
export async function checkMachine(ctx: Context, config: Finding[]): Promise<Finding[]> {
  const parts = await Promise.all([checkUser(ctx), checkState(ctx), checkSpool(ctx), checkCompletions(ctx)]);
  return [...checkProgram(ctx), ...config, ...parts.flat()];
}

function checkProgram({ env }: Context): Finding[] {
  const runtime = findingFor("runtime", "bun" in process.versions ? "bun" : "node");
  const text = `${process.versions.bun ?? process.version} on ${process.platform} ${process.arch}`;
  const numbers = process.versions.node.split(".").map(Number);
  const place = oldestNode.findIndex((number, index) => number !== numbers[index]);
  const old = place !== -1 && (numbers[place] ?? 0) < (oldestNode[place] ?? 0);
  const findings = [
    findingFor("version", "onduty").ok(`onduty ${versionText}`),
    old
      ? runtime.problem(
          `${text}, and ${oldestNode.join(".")} is the oldest it runs on`,
          "install Node 20.18.1 or newer",
        )
      : runtime.ok(text),
  ];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const message = "certificates are not checked: anyone in between can read the keys";
    findings.push(
      findingFor("tls", "NODE_TLS_REJECT_UNAUTHORIZED").problem(message, "unset NODE_TLS_REJECT_UNAUTHORIZED"),
    );
  }
  for (const { variable, why } of unusedVariables(authorityFiles(env)))
    findings.push(findingFor("tls", variable).warning(why, `unset ${variable}, or name a PEM file`));
  return findings;
}

/** The folder of the configuration and the file in it. To be called before they are read. */
export async function checkConfigPlaces({ config, env }: Context): Promise<Finding[]> {
  const folder = dirname(config.file);
  if (isNowhere(folder))
    return [findingFor("config", "-").ok("this user has no home; ONDUTY_CONFIG_DIR names a folder")];
  const findings = [await checkPlace("config", folder, env, 0o700)];
  if (await isThere(config.file)) findings.push(await checkPlace("config", config.file, env, 0o600));
  return findings;
}

/** A daemon may run as a user of its own with the HOME of the one who started it: then nothing there can be read or kept. */
async function checkUser({ env }: Context): Promise<Finding[]> {
  const { HOME: home, ONDUTY_CONFIG_DIR: config, ONDUTY_STATE_DIR: state } = env;
  const uid = process.getuid?.();
  // To root every folder is open.
  if (uid === undefined || uid === 0 || !home || (config && state)) return [];
  const owner = await lstat(home).then(
    (found) => found.uid,
    () => uid,
  );
  if (owner === uid) return [];
  const message = `HOME is "${home}", which belongs to another user (this is uid ${uid})`;
  return [findingFor("user", String(uid)).warning(message, "export ONDUTY_CONFIG_DIR=DIR ONDUTY_STATE_DIR=DIR")];
}

async function checkState({ stateDir, env }: Context): Promise<Finding[]> {
  if (!isNowhere(stateDir)) return [await checkPlace("state", stateDir, env, 0o700)];
  const message = "this user has no home, so an event that cannot be sent is kept nowhere";
  return [findingFor("state", "-").warning(message, "export ONDUTY_STATE_DIR=DIR")];
}

/** Whether a folder or file is ours alone, and can be written. */
async function checkPlace(check: string, path: string, env: Context["env"], mode: number): Promise<Finding> {
  const shown = shortPath(path, env);
  const { ok, warning, problem } = findingFor(check, shown);
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => error);
  if (there instanceof Error)
    return there.code === "ENOENT" ? ok("does not exist yet") : problem(`cannot be looked at: ${there.code}`);
  if (there.isSymbolicLink()) return warning("is a symbolic link: keys end up elsewhere", `ls -l ${shown}`);
  const wanted = octal(mode);
  const windows = process.platform === "win32";
  if (!windows && (there.mode & 0o077) !== 0)
    return warning(`open to others: mode ${octal(there.mode)}, not ${wanted}`, `chmod ${wanted} ${shown}`);
  const writable = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return problem("cannot be read and written by this user", `ls -ld ${shown}`);
  return ok(windows ? "there" : `mode ${octal(there.mode)}`);
}

/** Whether there is something of that name, be it a link that leads nowhere. */
function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function checkSpool(ctx: Context): Promise<Finding[]> {
  const { unknown } = findingFor("spool", "pending");
  const late = [unknown(`could not be counted within ${spoolMs / 1000} s`, "onduty spool list --quiet | wc -l")];
  try {
    return await within(spoolMs, countSpool(ctx), late);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return [findingFor("spool", "pending").problem(`cannot be read: ${why}`, "onduty spool list")];
  }
}

async function countSpool(ctx: Context): Promise<Finding[]> {
  if (isNowhere(ctx.stateDir)) return [];
  const spool = openSpool(ctx);
  const [pending, dead, empty] = await Promise.all([spool.list("pending"), spool.list("dead"), spool.isEmpty()]);
  const corrupt = [...pending, ...dead].filter(isCorrupt).length;
  const findings: Finding[] = [];
  const waiting = findingFor("spool", "pending");
  if (pending.length > 0)
    findings.push(
      waiting.warning(
        `${count(pending.length, "event")} not delivered${oldest(pending, ctx.now())}`,
        "onduty spool flush",
      ),
    );
  else if (empty) findings.push(waiting.ok("nothing waits"));
  else findings.push(waiting.warning("an event may be left half written by a crash", "onduty spool list"));
  const refused = findingFor("spool", "dead");
  if (dead.length === 0) findings.push(refused.ok("nothing was refused"));
  else {
    const message = `${count(dead.length, "event")} refused by the vendor${oldest(dead, ctx.now())}`;
    findings.push(refused.warning(message, "onduty spool list --dead"));
  }
  if (corrupt > 0)
    findings.push(
      findingFor("spool", "unreadable").problem(`${count(corrupt, "file")} cannot be read`, "onduty spool list"),
    );
  return findings;
}

function oldest(entries: Awaited<ReturnType<ReturnType<typeof openSpool>["list"]>>, now: Date): string {
  for (const entry of entries) if (!isCorrupt(entry)) return `, the oldest made ${shortAge(entry.createdAt, now)} ago`;
  return "";
}

// The main job, played on the built-in sandbox with the real commands: `npm run demo`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const onduty = new URL("./onduty.cjs", import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), "onduty-demo-"));
const env = {
  ...process.env,
  ONDUTY_CONFIG_DIR: join(home, "config"),
  ONDUTY_STATE_DIR: join(home, "state"),
  TZ: "UTC",
};
// Variables of the caller's shell or CI must not change the demo.
for (const name of Object.keys(env)) {
  if (/^(ONDUTY_(?!CONFIG_DIR|STATE_DIR)|FLASHDUTY_|FLOTIQ_|PAGERDUTY_|GITHUB_|GITLAB_|CI$|CI_)/.test(name))
    delete env[name];
}

let port = 0;
let sandbox = await startSandbox();
process.on("exit", () => {
  sandbox.kill();
  rmSync(home, { recursive: true, force: true });
});

try {
  say("Four vendors, one command line. First: do the stored keys work?");
  await show("keys", "validate", "--all");
  say("A disk fills up. Send an alert; the dedup key ties everything about it together.");
  await show("events", "trigger", "Disk 95 % full on db-1", "--severity", "critical", "--dedup-key", "db-1/disk");
  say("Woken up: what is open?");
  await show("incidents", "list");
  const [incident] = JSON.parse(await capture("incidents", "list", "--query", "Disk 95", "--json"));
  say("Take it, so that nobody else has to get up.");
  await show("incidents", "ack", incident.id);
  say("Who else is on call, and until when?");
  await show("oncall");
  say("The disk is free again.");
  await show("events", "resolve", "db-1/disk");
  await show("incidents", "show", incident.id, "--fields", "id,status,title,resolvedAt");
  say("The same words on Flashduty.");
  await show("incidents", "list", "--profile", "sandbox-flashduty", "--limit", "3");
  say("And on PagerDuty.");
  await show("incidents", "list", "--profile", "sandbox-pagerduty", "--limit", "3");
  say("What a vendor cannot do is a clear error.");
  await show("oncall", "--profile", "sandbox-flotiq", { expect: 2 });

  say("Now an outage: the vendor is gone. The event is safe on disk, and the exit code 8 says so.");
  sandbox.kill();
  await once(sandbox, "exit");
  await show("events", "trigger", "Queue is growing", "--dedup-key", "queue", "--max-wait", "0", { expect: 8 });
  await show("spool", "list");
  say("The vendor is back: deliver what waits.");
  sandbox = await startSandbox();
  await show("spool", "flush");
  await show("incidents", "list", "--query", "Queue");
  say("That was the main job. `onduty sandbox --add-profiles` gives you the same server to practice on.");
} finally {
  sandbox.kill();
}

/** Starts the sandbox, and waits until it reports that it is ready. */
async function startSandbox() {
  const args = ["sandbox", "--port", String(port), "--add-profiles", "--data", join(home, "sandbox.json"), "--json"];
  const child = spawn(process.execPath, [onduty, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const [first] = await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(([code]) => {
      throw new Error(`the sandbox ended with ${code}`);
    }),
  ]);
  port = Number(/127\.0\.0\.1:(\d+)/.exec(first)?.[1]);
  return child;
}

/** Prints a command, runs it, and fails if it ends with another exit code than expected. */
async function show(...words) {
  const { expect = 0 } = typeof words.at(-1) === "object" ? words.pop() : {};
  process.stdout.write(`$ onduty ${words.map((word) => (/[^\w./@:-]/.test(word) ? `'${word}'` : word)).join(" ")}\n`);
  const child = spawn(process.execPath, [onduty, ...words], { env, stdio: ["ignore", "inherit", "pipe"] });
  // Notices and errors go where a reader of the demo sees them, in order.
  child.stderr.pipe(process.stdout, { end: false });
  const [code] = await once(child, "close");
  if (code !== 0) process.stdout.write(`(exit code ${code})\n`);
  if (code !== expect) throw new Error(`expected exit code ${expect}, got ${code}`);
  process.stdout.write("\n");
}

/** Runs a command for its output. */
async function capture(...words) {
  const child = spawn(process.execPath, [onduty, ...words], { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`onduty ${words.join(" ")} ended with ${code}`);
  return text;
}

function say(text) {
  process.stdout.write(`\n# ${text}\n`);
}

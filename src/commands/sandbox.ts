import { once } from "node:events";
import { type Command, Option } from "commander";
import { readPort } from "../cli/arguments/port.ts";
import { declareTraits } from "../cli/traits.ts";
import { type Config, keyField, type Profile } from "../config/store.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { ExitCode, usageError } from "../errors.ts";
import { keyKinds } from "../model/key.ts";
import { isLoopback } from "../model/loopback.ts";
import { enumerate } from "../model/text.ts";
import type { Shape } from "../output/shape.ts";
import type { ServedVendor } from "../sandbox/server.ts";

interface SandboxCommandOptions extends GlobalOptions {
  port: number;
  data?: string;
  chaos?: string;
  dialect: "documented" | "1.3";
  addProfiles?: boolean;
  webhookUrl?: string;
}

interface VendorRow {
  provider: string;
  baseUrl: string;
  keys: Record<string, string>;
}

const shape: Shape<VendorRow> = {
  columns: [
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "BASE URL", value: (row) => row.baseUrl },
    {
      header: "KEYS",
      value: (row) =>
        Object.entries(row.keys)
          .map(([name, key]) => `${name}=${key}`)
          .join(" "),
      cut: 1,
    },
  ],
  fields: ["provider", "baseUrl", "keys"],
  id: (row) => row.baseUrl,
};

export function addSandbox(command: Command, ctx: Context): void {
  const served = ctx.vendors.filter(({ sandbox }) => sandbox === true).map(({ name }) => profileName(name));
  command
    .option("--port <port>", "port on loopback; 0 takes any that is free", readPort, 4010)
    .option("--data <file>", "keep its state in this file")
    .option("--chaos <spec>", "break on purpose: latency=200ms,429=5%,500=10%,reset=2%")
    .addOption(
      new Option("--dialect <dialect>", "how OpsKnight answers").choices(["documented", "1.3"]).default("documented"),
    )
    .option("--add-profiles", `store profiles ${enumerate(served, "and")}`)
    .option("--webhook-url <url>", "send OpsKnight's signed webhooks there; on this machine only")
    .addHelpText(
      "after",
      `
Webhooks go out when an incident of OpsKnight's opens or changes, such as with "onduty events trigger" or "onduty
incidents ack". One that nobody takes is told of and not sent again.

Examples:
  onduty sandbox --add-profiles
  onduty sandbox --port 0 --dialect 1.3 --chaos 'latency=200ms,500=10%'
  onduty sandbox --add-profiles --webhook-url http://localhost:4011

Exit codes: 0 stopped with Ctrl-C, 2 usage
`,
    )
    .action((_, self: Command) => serve(ctx, self.optsWithGlobals<SandboxCommandOptions>()));
  declareTraits(command, { writes: true, prints: shape });
}

async function serve(ctx: Context, options: SandboxCommandOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const [{ parseChaos }, { startSandbox }, { readWebhook }] = await Promise.all([
    import("../sandbox/chaos.ts"),
    import("../sandbox/server.ts"),
    import("../sandbox/webhooks.ts"),
  ]);
  const webhook = options.webhookUrl === undefined ? undefined : readWebhook({ url: options.webhookUrl });
  if (options.webhookUrl !== undefined && webhook === undefined)
    throw usageError("--webhook-url takes an http:// address on this machine", "--webhook-url http://localhost:4011");
  const chaos = options.chaos === undefined ? undefined : parseChaos(options.chaos);
  const sandbox = await startSandbox({
    port: options.port,
    dialect: options.dialect,
    ...(chaos !== undefined && { chaos }),
    ...(options.data !== undefined && { dataFile: options.data }),
    ...(webhook !== undefined && { webhook }),
    now: () => ctx.now(),
    warn: (line) => void printer.warn(line),
    log: (line) => {
      if (options.debug === true) void ctx.streams.err.write(`${line}\n`);
    },
  });
  try {
    const stores = options.addProfiles === true && options.dryRun !== true;
    const stored = stores ? await storeProfiles(ctx, sandbox.vendors) : undefined;
    const rows = sandbox.vendors.map(({ name, baseUrl, keys }) => ({ provider: name, baseUrl, keys: { ...keys } }));
    // Each write is waited for, so that who starts this in a script can read the port before the first request.
    if (printer.format === "json") await printer.text(JSON.stringify({ port: sandbox.port, vendors: rows }));
    else if (printer.format !== "table") await printer.list([rows], shape);
    else for (const row of rows) await tellVendor(row, (line) => printer.text(line));
    if (stored !== undefined && stored.names.length > 0)
      await printer.notice(`stored the profiles ${stored.names.join(", ")}`);
    for (const name of stored?.kept ?? [])
      await printer.warn(`warning: the profile "${name}" leads elsewhere and was left as it is`);
    if (webhook !== undefined) {
      await printer.notice(`webhooks of opsknight go to ${webhook.url}, signed with the secret ${webhook.secret}`);
      await printer.notice(
        `receive them with: ONDUTY_WEBHOOK_SECRET=${webhook.secret} onduty webhooks listen --secret-env ONDUTY_WEBHOOK_SECRET`,
      );
    }
    await printer.notice("serving until Ctrl-C");
    if (!ctx.signal.aborted) await once(ctx.signal, "abort");
    await printer.notice("stopped");
    ctx.exitCode = ExitCode.ok;
  } finally {
    await sandbox.close();
  }
}

async function tellVendor(
  { provider, baseUrl, keys }: VendorRow,
  text: (line: string) => Promise<void>,
): Promise<void> {
  await text(`${provider.padEnd(10)} ${baseUrl}`);
  for (const [name, key] of Object.entries(keys)) await text(`  ${name.padEnd(12)} ${key}`);
}

function profileName(vendor: string): string {
  return `sandbox-${vendor}`;
}

/** Stores the profiles. One of such a name that leads to another machine is somebody's own, and kept. */
async function storeProfiles(
  ctx: Context,
  vendors: readonly ServedVendor[],
): Promise<{ names: string[]; kept: string[] }> {
  const names: string[] = [];
  const kept: string[] = [];
  await ctx.config.update((config: Config) => {
    for (const vendor of vendors) {
      const name = profileName(vendor.name);
      const known = config.profiles.get(name);
      const ours = known === undefined || (URL.canParse(known.baseUrl) && isLoopback(new URL(known.baseUrl).hostname));
      (ours ? names : kept).push(name);
      if (ours) config.profiles.set(name, toProfile(vendor));
    }
    if (names[0] !== undefined) config.current ??= names[0];
  });
  return { names, kept };
}

function toProfile({ name, baseUrl, profile: { keys, ...values } }: ServedVendor): Profile {
  const sources = keyKinds.flatMap((kind) => {
    const key = keys[kind];
    return key === undefined ? [] : [[keyField[kind], { text: key }]];
  });
  return { provider: name, baseUrl, ...Object.fromEntries(sources), ...values };
}

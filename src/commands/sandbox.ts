import { once } from "node:events";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Config, Profile } from "../config/store.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { ExitCode } from "../errors.ts";
import { isLoopback } from "../http/proxy.ts";
import type { Shape } from "../output/printer.ts";
import type { ProviderName } from "../providers/provider.ts";
import type { Sandbox } from "../sandbox/server.ts";

interface SandboxCommandOptions extends GlobalOptions {
  port: number;
  data?: string;
  chaos?: string;
  dialect: "documented" | "1.3";
  addProfiles?: boolean;
}

interface VendorRow {
  provider: ProviderName;
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

export function addSandbox(parent: Command, ctx: Context): void {
  parent
    .command("sandbox")
    .description("Serve the API of all three vendors on this machine, to practise on")
    .option("--port <port>", "port on loopback; 0 takes any that is free", readPort, 4010)
    .option("--data <file>", "keep its state in this file")
    .option("--chaos <spec>", "break on purpose: latency=200ms,429=5%,500=10%,reset=2%")
    .addOption(
      new Option("--dialect <dialect>", "how OpsKnight answers").choices(["documented", "1.3"]).default("documented"),
    )
    .option("--add-profiles", "store profiles sandbox-opsknight, sandbox-flashduty and sandbox-flotiq")
    .addHelpText(
      "after",
      `
Examples:
  onduty sandbox --add-profiles
  onduty sandbox --port 0 --dialect 1.3 --chaos 'latency=200ms,500=10%'

Exit codes: 0 stopped with Ctrl-C, 2 usage
`,
    )
    .action((_, self: Command) => serve(ctx, self.optsWithGlobals<SandboxCommandOptions>()));
}

function readPort(word: string): number {
  const port = Number(word);
  if (!/^\d+$/.test(word) || port > 65_535) throw new InvalidArgumentError("Expected a port between 0 and 65535.");
  return port;
}

async function serve(ctx: Context, options: SandboxCommandOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const [{ parseChaos }, { startSandbox }] = await Promise.all([
    import("../sandbox/chaos.ts"),
    import("../sandbox/server.ts"),
  ]);
  const sandbox = await startSandbox({
    port: options.port,
    dialect: options.dialect,
    ...(options.chaos !== undefined && { chaos: parseChaos(options.chaos) }),
    ...(options.data !== undefined && { dataFile: options.data }),
    now: () => ctx.now(),
  });
  try {
    if (options.addProfiles === true) await ctx.config.update((config) => storeProfiles(config, sandbox));
    const { urls, keys } = sandbox;
    const rows = (["opsknight", "flashduty", "flotiq"] as const).map((provider) => ({
      provider,
      baseUrl: urls[provider],
      keys: { ...keys[provider] },
    }));
    if (printer.format === "json") await printer.text(JSON.stringify({ port: sandbox.port, vendors: rows }));
    else if (printer.format !== "table") await printer.list([rows], shape);
    else for (const row of rows) await tellVendor(row, (line) => printer.text(line));
    if (options.addProfiles === true)
      await printer.notice("stored the profiles sandbox-opsknight, sandbox-flashduty and sandbox-flotiq");
    await printer.notice("serving until Ctrl-C");
    if (!ctx.signal.aborted) await once(ctx.signal, "abort");
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

/** Overwrites profiles of these names only when they lead to this machine; somebody may have taken the name for another. */
function storeProfiles(config: Config, { urls, keys }: Sandbox): void {
  const profiles: Record<ProviderName, Profile> = {
    opsknight: {
      provider: "opsknight",
      baseUrl: urls.opsknight,
      apiKey: { text: keys.opsknight.all },
      service: "svc_checkout",
      user: "usr_ada",
    },
    flashduty: {
      provider: "flashduty",
      baseUrl: urls.flashduty,
      apiKey: { text: keys.flashduty.app },
      integrationKey: { text: keys.flashduty.integration },
      changeKey: { text: keys.flashduty.change },
    },
    flotiq: { provider: "flotiq", baseUrl: urls.flotiq, apiKey: { text: keys.flotiq.all } },
  };
  for (const [provider, profile] of Object.entries(profiles)) {
    const name = `sandbox-${provider}`;
    const known = config.profiles.get(name);
    if (known === undefined || isLoopback(new URL(known.baseUrl).hostname)) config.profiles.set(name, profile);
  }
  config.current ??= "sandbox-opsknight";
}

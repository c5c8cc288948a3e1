import { once } from "node:events";
import { readPort } from "../cli/arguments/port.ts";
import { defineCommand } from "../cli/command.ts";
import { choiceOr, files, flag, text, value, valueOr } from "../cli/options.ts";
import { ExitCode, usageError } from "../errors.ts";
import { defined } from "../model/object.ts";
import { enumerate } from "../model/text.ts";
import { notice, silent } from "../output/result.ts";
import { sandboxProfileName, storeSandboxProfiles } from "../profiles/sandbox-profiles.ts";
import { vendors } from "../providers/index.ts";
import { parseChaos } from "../sandbox/chaos.ts";
import { servedResult, vendorShape, webhookNotices } from "../sandbox/served.ts";
import type { Webhook } from "../sandbox/webhooks.ts";

const served = vendors.filter(({ sandbox }) => sandbox === true).map(({ name }) => sandboxProfileName(name));

export const sandbox = defineCommand({
  name: "sandbox",
  summary: "Serve the API of all vendors on this machine, for practice",
  options: {
    port: valueOr("port", "port on loopback; 0 takes any that is free", readPort, { value: 4010, word: "4010" }),
    data: text("file", "keep its state in this file", { completes: files }),
    chaos: value(
      "spec",
      "break on purpose: latency=200ms,429=5%,500=10%,reset=2%; Flashduty also nulls,words,missing,late=2s,side=403, OpsKnight 1.3 conflicts",
      parseChaos,
    ),
    dialect: choiceOr("dialect", "how OpsKnight responds", ["documented", "1.3"], "documented"),
    addProfiles: flag(`store profiles ${enumerate(served, "and")}`),
    webhookUrl: text("url", "send OpsKnight's signed webhooks there; on this machine only"),
  },
  writes: true,
  ownDryRun: true,
  output: vendorShape,
  notes: `
Webhooks go out when an incident of OpsKnight's opens or changes, such as with "onduty events trigger" or "onduty
incidents ack". One that is not accepted is reported and not sent again.`,
  examples: [
    "onduty sandbox --add-profiles",
    "onduty sandbox --port 0 --dialect 1.3 --chaos 'latency=200ms,500=10%'",
    "onduty sandbox --add-profiles --webhook-url http://localhost:4011",
  ],
  exitCodes: { ok: "stopped with Ctrl-C", usage: "usage" },
  async run({ ctx, options, printer, print }) {
    const { port, dialect, chaos, data: dataFile, addProfiles = false, dryRun = false, debug = false } = options;
    const { startSandbox } = await import("../sandbox/server.ts");
    const webhook = options.webhookUrl === undefined ? undefined : await readWebhookUrl(options.webhookUrl);
    const running = await startSandbox({
      port,
      dialect,
      ...defined({ chaos, dataFile, webhook }),
      now: () => ctx.now(),
      warn: (line) => void printer.warn(line),
      log: (line) => {
        if (debug) void ctx.streams.err.write(`${line}\n`);
      },
    });
    try {
      const profiles = addProfiles && !dryRun ? await storeSandboxProfiles(ctx, running.vendors) : undefined;
      const { stored = [], kept = [] } = profiles ?? {};
      await print(
        servedResult(running, printer.format, {
          notices: stored.length > 0 ? [`stored the profiles ${stored.join(", ")}`] : [],
          warnings: kept.map((name) => `warning: the profile "${name}" leads elsewhere and was not changed`),
        }),
      );
      await print(
        silent({ notices: [...(webhook === undefined ? [] : webhookNotices(webhook)), "serving until Ctrl-C"] }),
      );
      if (!ctx.signal.aborted) await once(ctx.signal, "abort");
    } finally {
      await running.close();
    }
    return notice("stopped", { exitCode: ExitCode.ok });
  },
});

/** @throws {CliError} `usage` when it leads off this machine */
async function readWebhookUrl(url: string): Promise<Webhook> {
  const { readWebhook } = await import("../sandbox/webhooks.ts");
  const webhook = readWebhook({ url });
  if (webhook !== undefined) return webhook;
  throw usageError("--webhook-url takes an http:// address on this machine", "--webhook-url http://localhost:4011");
}

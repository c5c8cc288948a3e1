import { readConcurrency } from "../../cli/arguments/concurrency.ts";
import { readPort } from "../../cli/arguments/port.ts";
import { parseSize } from "../../cli/arguments/size.ts";
import { defineCommand } from "../../cli/command.ts";
import { readSecret, signatureOptions } from "../../cli/families/webhook-signature.ts";
import { programs, text, textOr, valueOr } from "../../cli/options.ts";
import { Interrupted, usageError } from "../../errors.ts";
import { isLocalUrl } from "../../model/loopback.ts";
import { defined } from "../../model/object.ts";
import { silent } from "../../output/result.ts";
import { deliveryShape } from "../../webhooks/delivery.ts";
import { webhookVendor } from "../../webhooks/vendor.ts";

/** Number of webhooks that may wait for each one being processed. */
const maxWaitingPerWorker = 16;

export const listen = defineCommand({
  name: "listen",
  summary: "Receive signed webhooks, check their signatures, and print them or run a command for each",
  options: {
    port: valueOr("port", "to listen on; 0 takes any that is free", readPort, { value: 4011, word: "4011" }),
    host: textOr("address", "to listen on; other machines reach only an address that is not loopback", "127.0.0.1"),
    ...signatureOptions,
    exec: text("command", "run this in a shell for each, with its JSON on standard input, instead of printing it", {
      completes: programs,
    }),
    forward: text("url", "forward each unchanged; on loopback only"),
    maxBody: valueOr("size", "maximum size of a body", parseSize, { value: 1024 * 1024, word: "1mb" }),
    concurrency: valueOr(
      "n",
      "processed at once, 1 to 64; those of one incident one after the other",
      readConcurrency,
      { value: 4, word: "4" },
    ),
  },
  output: deliveryShape,
  defaultFormat: "ndjson",
  notes: `
Each webhook is a line of JSON: {"event", "sentAt", "receivedAt", "form", "incident", "payload"}. "event" is such as
incident.triggered, "incident" is {"id", "title", "url"}, "payload" is what the vendor sent. The profile decides the vendor.
OpsKnight sends no webhook of a service when an event acknowledges or resolves an incident: use a webhook of a status page
for resolves. The sender gets a response at once: 202 accepted, 200 a redelivery that is skipped, 401 bad signature,
413 too large, 503 no room (${maxWaitingPerWorker} wait for each that is processed). Ctrl-C stops listening and finishes what was accepted.

To try it, in another terminal, which prints the secret that its webhooks are signed with:
  onduty sandbox --add-profiles --webhook-url http://localhost:4011`,
  examples: [
    "onduty webhooks listen --secret-env WEBHOOK_SECRET",
    "onduty webhooks listen --secret-env WEBHOOK_SECRET --fields event,incident.title",
    "onduty webhooks listen --port 8080 --secret-env WEBHOOK_SECRET --exec './page-me.sh'",
    "onduty webhooks listen --secret-env WEBHOOK_SECRET --forward http://localhost:3000/hooks",
  ],
  exitCodes: { ok: "nobody reads the output any more", usage: "usage", interrupted: "stopped with Ctrl-C" },
  check({ secretEnv, forward }, _, ctx) {
    readSecret(ctx, secretEnv);
    if (forward !== undefined && !isLocalUrl(forward))
      throw usageError("--forward takes an http:// address on this machine", "--forward http://localhost:3000/hooks");
  },
  async run({ ctx, options, printer }) {
    const { secretEnv, tolerance, concurrency, host, port, maxBody, exec, forward } = options;
    const vendor = await webhookVendor(ctx, options);
    const { listen: listenUntilStopped } = await import("../../webhooks/listener.ts");
    await listenUntilStopped(
      { ctx, printer, vendor },
      {
        ...{ host, port, maxBody, concurrency, secretEnv, ...defined({ exec, forward }) },
        secret: readSecret(ctx, secretEnv),
        toleranceMs: tolerance,
        maxWaiting: concurrency * maxWaitingPerWorker,
      },
    );
    return silent(ctx.signal.aborted ? { exitCode: new Interrupted(ctx.signal).exitCode } : {});
  },
});

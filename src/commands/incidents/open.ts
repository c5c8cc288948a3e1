import type { Command } from "commander";
import type { Context, GlobalOptions } from "../../context.ts";
import { CliError, unsupported } from "../../errors.ts";
import type { Shape } from "../../output/printer.ts";
import { declareTraits } from "../traits.ts";

export function addIncidentsOpen(parent: Command, ctx: Context): void {
  const command = parent
    .command("open")
    .description("Open the page of an incident in the browser, and print its address")
    .argument("<id>", "id of the incident")
    .addHelpText(
      "after",
      `
The browser is the one BROWSER names, else the desktop's. With --no-input, or without a terminal, the address is only
printed.

Examples:
  onduty incidents open inc_1
  onduty incidents open inc_1 | xargs -r curl -sI

Exit codes: 0 printed, 2 usage, 3 no answer, 4 key, 5 not found
`,
    )
    .action((id: string, _, self: Command) => openIncident(ctx, id, self.optsWithGlobals<GlobalOptions>()));
  declareTraits(command, { prints: pageShape });
}

const pageShape: Shape<{ id: string; url: string }> = { columns: [], fields: ["id", "url"] };

async function openIncident(ctx: Context, id: string, options: GlobalOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(pageShape);
  const { provider, connection } = await ctx.connect(options);
  const { incidents } = provider;
  if (incidents === undefined) throw unsupported(provider.name, "incidents");
  const incident = await printer.progress(`reading ${id}`, incidents.show(connection, id.trim()));
  const page = new URL(incidents.page(connection, incident));
  // The address comes from the vendor, and goes to another program.
  if (page.protocol !== "https:" && page.protocol !== "http:")
    throw new CliError("failure", `the page of ${id} is no web address: ${page.protocol}`);
  if (printer.format === "table") await printer.text(page.href);
  else await printer.object({ id: incident.id, url: page.href }, pageShape);
  if (!printer.isTTY || options.input === false || options.dryRun === true) return;
  if (!(await browse(ctx, page.href))) await printer.notice("no browser could be started");
}

/** False when there is no program to open it with. */
async function browse(ctx: Context, address: string): Promise<boolean> {
  const [{ spawn }, { platform }] = await Promise.all([import("node:child_process"), import("node:os")]);
  const desktop: Record<string, [string, ...string[]]> = {
    darwin: ["open"],
    win32: ["rundll32", "url.dll,FileProtocolHandler"],
  };
  const [program, ...words] = ctx.env.BROWSER ? [ctx.env.BROWSER] : (desktop[platform()] ?? ["xdg-open"]);
  return new Promise((resolve) => {
    const child = spawn(program ?? "", [...words, address], { stdio: "ignore", detached: true, env: { ...ctx.env } });
    child.on("error", () => resolve(false));
    child.on("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}

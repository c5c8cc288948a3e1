import { browse, findPage } from "../incidents/open-page.ts";
import { incidentPage } from "../incidents/page.ts";
import { readHistory, showOne } from "../incidents/show.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import { printedTime } from "../output/time.ts";
import { messageOf, type Target } from "./actions.ts";
import type { DashboardOptions } from "./dashboard-options.ts";
import type { TextPage } from "./page.ts";

/** Fills a page with its incident. Returns why it could not. */
export async function fillPage(
  page: TextPage,
  { id, profile }: Target,
  { ctx, vendorOf, options }: DashboardOptions,
): Promise<string | undefined> {
  try {
    const connected = vendorOf(profile);
    const incident = await showOne(connected, id);
    const history = await readHistory(connected, incident.id);
    page.text = incidentPage(incident, history, { width: ctx.streams.out.columns, now: ctx.now(), tz: options.tz });
    page.heading = `${id}, as of ${printedTime(ctx.now().toISOString(), options.tz)}`;
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Gives the address of an incident to the clipboard of the terminal (OSC 52, in base64, so that nothing of it is a code), and
 * returns what came of it. No terminal answers whether it took it.
 */
export async function copyAddress({ id, profile }: Target, { ctx, vendorOf }: DashboardOptions): Promise<string> {
  try {
    const { address } = await findPage(vendorOf(profile), id);
    const text = sanitizeCell(address);
    await ctx.streams.out.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`);
    return `sent to the clipboard, where the terminal has one: ${text}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** Opens the page of an incident in the browser, and returns what came of it. */
export async function openInBrowser(
  { id, profile }: Target,
  { ctx, vendorOf, options }: DashboardOptions,
): Promise<string> {
  try {
    const { address } = await findPage(vendorOf(profile), id);
    if (options.dryRun === true) return `would open ${address}`;
    return (await browse(ctx, address)) ? `opened ${address}` : `no browser could be started; ${address}`;
  } catch (error) {
    return messageOf(error);
  }
}

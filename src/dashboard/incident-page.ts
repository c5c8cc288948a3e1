import { browse, clipboardCode, findPage } from "../incidents/open-page.ts";
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

/** Gives the address of an incident to the clipboard of the terminal, and returns what came of it. */
export async function copyAddress({ id, profile }: Target, { ctx, vendorOf }: DashboardOptions): Promise<string> {
  try {
    const { address } = await findPage(vendorOf(profile), id);
    const text = sanitizeCell(address);
    await ctx.streams.out.write(clipboardCode(text));
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

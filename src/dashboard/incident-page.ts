import { browse, findPage } from "../incidents/open-page.ts";
import { incidentDetailShape } from "../incidents/shape.ts";
import { showOne } from "../incidents/show.ts";
import { printedTime } from "../output/time.ts";
import { messageOf } from "./actions.ts";
import type { DashboardOptions } from "./dashboard-options.ts";
import type { TextPage } from "./page.ts";

/** Fills a page with the incident of this id. Returns why it could not. */
export async function fillPage(
  page: TextPage,
  id: string,
  { ctx, connected, printer, options }: DashboardOptions,
): Promise<string | undefined> {
  try {
    page.text = printer.describe(await showOne(connected, id), incidentDetailShape).trimEnd();
    page.heading = `${id}, as of ${printedTime(ctx.now().toISOString(), options.tz)}`;
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Opens the page of an incident in the browser, and returns what came of it. */
export async function openInBrowser(id: string, { ctx, connected, options }: DashboardOptions): Promise<string> {
  try {
    const { address } = await findPage(connected, id);
    if (options.dryRun === true) return `would open ${address}`;
    return (await browse(ctx, address)) ? `opened ${address}` : `no browser could be started; ${address}`;
  } catch (error) {
    return messageOf(error);
  }
}

import type { Printer } from "./printer.ts";
import { readAhead } from "./read-ahead.ts";
import type { Listed, PagesResult } from "./result.ts";
import type { Shape } from "./shape.ts";

/* Lists that come page by page: how many are shown, and a notice when that is not all. */

/**
 * Prints at most `limit` rows, with a notice if there are more, and a warning if the list is incomplete. A further page
 * is requested only where one row more than `limit` shows that there are more.
 */
export async function printListing<Row extends object>(
  printer: Printer,
  { pages, limit, progress, beyond = "" }: PagesResult<Row>,
  { empty, ...shape }: Shape<Row>,
): Promise<Listed> {
  const notices = new Set<string>();
  let total: number | undefined;
  let truncated: string | undefined;
  let more = false;
  async function* rows(): AsyncIterable<Row[]> {
    let left = limit;
    // Each page is fetched while the one before it is printed; of a list with a limit the next may not be needed.
    for await (const page of limit === Number.POSITIVE_INFINITY ? readAhead(pages) : pages) {
      total ??= page.total;
      truncated = page.truncated ?? truncated;
      if (page.notice !== undefined) notices.add(page.notice);
      more = page.rows.length > left;
      const some = page.rows.slice(0, left);
      left -= some.length;
      yield some;
      if (more) return;
    }
  }
  const count = await printer.progress(progress, printer.list(rows(), shape));
  printer.listed?.({ total, more, truncated });
  // That nothing matches is known only when every page has come.
  if (
    count === 0 &&
    truncated === undefined &&
    empty !== undefined &&
    (printer.format === "table" || printer.format === "markdown")
  )
    await printer.notice(empty);
  for (const notice of notices) await printer.notice(notice);
  if (more) {
    const of = total !== undefined && total > count ? `${count} of ${total}` : `the first ${count}; there are more`;
    await printer.notice(`showing ${of}; --all for every one`);
  } else if (truncated !== undefined) {
    await printer.warn(`warning: this list is not complete: ${truncated}${beyond}`);
  }
  return { count, isComplete: more || truncated === undefined };
}

import type { Page } from "../../src/model/incident.ts";

/** The rows of all pages, why they are not all, and the last notice. */
export async function collectPages<Row>(
  pages: AsyncIterable<Page<Row>>,
): Promise<{ rows: Row[]; truncated: string | undefined; notice: string | undefined }> {
  const rows: Row[] = [];
  let truncated: string | undefined;
  let notice: string | undefined;
  for await (const page of pages) {
    rows.push(...page.rows);
    truncated ??= page.truncated;
    notice = page.notice ?? notice;
  }
  return { rows, truncated, notice };
}

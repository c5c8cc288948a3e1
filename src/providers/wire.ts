/** Reading of answers whose shape is not certain: what is not of the expected kind is absent. */

export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** An array; null and everything else is an empty one. */
export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of an array. */
export function asObjects(value: unknown): Record<string, unknown>[] {
  return asArray(value).flatMap((element): Record<string, unknown>[] => {
    const object = asObject(element);
    return object === undefined ? [] : [object];
  });
}

/** Text that is not empty; numbers count as text. */
export function asText(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** An ISO time in UTC from any form Date reads; null when it is none. */
export function asTime(value: unknown): string | null {
  if (typeof value !== "string" || value === "") return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** The first of several names under which a vendor may write a field. */
export function first(object: Record<string, unknown>, ...names: string[]): unknown {
  for (const name of names) if (object[name] !== undefined && object[name] !== null) return object[name];
  return undefined;
}

/** Does `work` for each item, at most `limit` at once; results in the order of the items. */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

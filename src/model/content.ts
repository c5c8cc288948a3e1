/** An object of a content system, unchanged: `id`, `internal` and the fields of its type. */
export type ContentObject = Record<string, unknown>;

/** The filters of `content list`. */
export interface ContentFilter {
  /** Conditions of the vendor's own kind, by field. */
  filters: Record<string, { type: string; filter?: unknown }>;
  /** Words anywhere in the object. */
  query?: string;
  /** Field of the type, or a dotted one such as `internal.updatedAt`. */
  orderBy?: string;
  order: "asc" | "desc";
  /** How deep relations are filled in: 0, 1 or 2. */
  hydrate: number;
  /** Maximum of objects to list; `Infinity` for all. */
  limit: number;
}

/** A request that `--dry-run` kept from being sent. */
export interface DryRequest {
  method: string;
  route: string;
  query: Record<string, string>;
  body: unknown;
}

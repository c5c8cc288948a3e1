import type { Answer, HttpClient, RequestOptions, Route } from "./client.ts";

/** A client that sends reads, and only tells `record` of anything else: the answer to those is an empty 200. */
export function dryRunClient(client: HttpClient, record: (route: Route, options: RequestOptions) => void): HttpClient {
  return {
    keyKind: client.keyKind,
    clockAheadMs: () => client.clockAheadMs(),
    async request(route, options = {}): Promise<Answer> {
      if (/^(GET|HEAD) /.test(route) || options.reads === true) return client.request(route, options);
      record(route, options);
      return { status: 200, headers: {}, body: undefined, requestId: null, attempts: 0 };
    },
    close: () => client.close(),
  };
}

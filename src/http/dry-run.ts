import type { HttpClient } from "./client.ts";
import { type HttpResponse, isRead, type RequestOptions, type Route } from "./request.ts";

/** A client that sends reads only. Other requests go to `record`, and get an empty 200. */
export function dryRunClient(client: HttpClient, record: (route: Route, options: RequestOptions) => void): HttpClient {
  return {
    keyKind: client.keyKind,
    isDry: true,
    prepareConnections: (count) => client.prepareConnections(count),
    clockAheadMs: () => client.clockAheadMs(),
    async request(route, options = {}): Promise<HttpResponse> {
      if (isRead(route) || options.reads === true) return client.request(route, options);
      record(route, options);
      return { status: 200, headers: {}, body: undefined, requestId: null, attempts: 0 };
    },
    close: () => client.close(),
  };
}

// Errors of a transport besides those of undici and Node. In a separate file, since the transport is loaded late.

/** The body of a response is longer than allowed, as it came or once it was decompressed. */
export class ResponseTooLarge extends Error {
  override readonly name = "ResponseTooLarge";
}

/** What a request was waiting for when its time was over. */
export type RequestStage = "connection" | "response" | "body";

/** The code of the failure, under the names that undici has for them. */
const timeoutCodes = {
  connection: "UND_ERR_CONNECT_TIMEOUT",
  response: "UND_ERR_HEADERS_TIMEOUT",
  body: "UND_ERR_BODY_TIMEOUT",
} as const satisfies Record<RequestStage, string>;

/** A request took longer than it may. */
export class RequestTimedOut extends Error {
  override readonly name = "RequestTimedOut";
  readonly code: (typeof timeoutCodes)[RequestStage];

  constructor(stage: RequestStage) {
    super(`no complete ${stage} in time`);
    this.code = timeoutCodes[stage];
  }
}

/** A proxy did not open a tunnel to the host. */
export class TunnelRefused extends Error {
  override readonly name = "TunnelRefused";
  readonly code: "ERR_PROXY_CLOSED" | "ERR_PROXY_REFUSED";
  /** HTTP status of the proxy's response; undefined when it closed the connection, or when it does not matter. */
  readonly status: number | undefined;

  constructor(status?: number) {
    super("the proxy refused to open a tunnel");
    this.code = status === undefined ? "ERR_PROXY_CLOSED" : "ERR_PROXY_REFUSED";
    this.status = status;
  }
}

import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import type { HttpResponse, RequestOptions, Route } from "../../http/request.ts";
import { asObject } from "../../model/object.ts";
import { asText } from "../wire.ts";

/**
 * Sends a write and checks that the vendor confirmed it. Its responses always have a `request_id`, and often nothing else. A
 * response of a proxy must not look like success. Source: the vendor's OpenAPI and documentation.
 *
 * @throws {CliError} when the write was refused, or the response does not confirm it
 */
export async function send(http: HttpClient, route: Route, options: RequestOptions): Promise<HttpResponse> {
  const answer = await http.request(route, options);
  if (answer.attempts === 0) return answer;
  const body = asObject(answer.body);
  if (body !== undefined && (asText(body.request_id) !== null || "data" in body)) return answer;
  throw new CliError("failure", `${route}: the response does not confirm the event`, {
    hint: "check the base URL: onduty profiles show",
  });
}

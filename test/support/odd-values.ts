import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";

/** What a field may hold instead of what it should; `missing` takes it away. */
export const missing = Symbol("missing");
export const oddValues: readonly unknown[] = [
  ...[null, missing, "", "NO_SUCH_WORD", "\ud800", 0, -1, 7, 1e300, Number.MAX_SAFE_INTEGER + 2, true],
  ...[[], {}, [null], [[]], [7], { id: null }, { id: {} }],
];

export type Step = string | number;

/** The way to every value in a document, to itself too. */
export function pathsOf(value: unknown, way: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== "object" || value === null) return [way];
  // Rows of a list are alike: the first two stand for the others.
  const entries: [Step, unknown][] = Array.isArray(value)
    ? value.slice(0, 2).map((one, at): [Step, unknown] => [at, one])
    : Object.entries(value);
  return [way, ...entries.flatMap(([step, one]) => pathsOf(one, [...way, step]))];
}

/** A copy of a document with another value at one place. */
export function withValue(document: unknown, way: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = way;
  if (step === undefined) return value === missing ? undefined : value;
  const copy = Array.isArray(document) ? [...document] : { ...(document as object) };
  const fields = copy as Record<Step, unknown>;
  if (rest.length > 0) fields[step] = withValue(fields[step], rest, value);
  else if (value === missing && Array.isArray(copy)) copy.splice(Number(step), 1);
  else if (value === missing) delete fields[step];
  else fields[step] = value;
  return copy;
}

/** What a server answered. */
export interface Answer {
  route: string;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** A server in front of another one: it passes requests on and keeps what came, or answers with that. */
export interface Recorder {
  url: string;
  /** Passes requests on, with the answers that came while `work` went on. */
  record<Result extends object>(work: () => Promise<Result>): Promise<Result & { answers: Answer[] }>;
  /** Answers the requests of `work` with these, route by route; the last of a route keeps answering. */
  replay<Result>(answers: readonly Answer[], work: () => Promise<Result>): Promise<Result>;
  close(): void;
}

export async function startRecorder(origin: string): Promise<Recorder> {
  let kept: Answer[] = [];
  let played: Answer[] | undefined;
  const server = createServer((incoming, response) => {
    void answer(incoming).then(
      ({ status, headers, body }) => {
        const text = typeof body === "string" && !isJson(headers) ? body : JSON.stringify(body);
        response.writeHead(status, headers).end(text ?? "");
      },
      (error: unknown) => response.destroy(error as Error),
    );
  });

  async function answer(incoming: IncomingMessage): Promise<Answer> {
    const body = await textOf(incoming);
    const { pathname, search } = new URL(incoming.url ?? "/", origin);
    const route = `${incoming.method} ${pathname}`;
    if (played !== undefined) return next(played, route);
    const passed = await pass(`${origin}${pathname}${search}`, incoming, body);
    const headers = { "content-type": passed.headers["content-type"] ?? "text/plain" };
    const text = await textOf(passed);
    const one = { route, status: passed.statusCode ?? 0, headers, body: isJson(headers) ? JSON.parse(text) : text };
    kept.push(one);
    return one;
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async record(work) {
      [kept, played] = [[], undefined];
      return { ...(await work()), answers: kept };
    },
    async replay(answers, work) {
      played = [...answers];
      try {
        return await work();
      } finally {
        played = undefined;
      }
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Sends a request on, with this body. */
async function pass(url: string, { method, headers }: IncomingMessage, body: string): Promise<IncomingMessage> {
  const { host, connection, "content-length": length, ...own } = headers;
  const passing = request(url, { method, headers: own });
  const [response] = (await once(passing.end(body), "response")) as [IncomingMessage];
  return response;
}

/** The first answer of a route, which is taken away unless it is the last one. */
function next(played: Answer[], route: string): Answer {
  const of = played.filter((one) => one.route === route);
  const [first] = of;
  if (first === undefined) return { route, status: 404, headers: {}, body: "" };
  if (of.length > 1) played.splice(played.indexOf(first), 1);
  return first;
}

const isJson = (headers: Record<string, string>): boolean => headers["content-type"]?.includes("json") === true;

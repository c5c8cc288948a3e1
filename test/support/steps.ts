import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { listen, selfSigned, tlsServer } from "./network.ts";

/** A server is taken to have all requests of a step when no other has come for this long. */
const quietMs = 300;

export interface StepCounter {
  url: string;
  /** Its certificate. */
  file: string;
  /** Round trips one after the other so far: TCP and TLS are one each. */
  steps(): number;
  /** `1: GET /path`, with the step at whose end each was answered. */
  requests: string[];
}

/**
 * A server in front of another one, under TLS, that counts the round trips of a client that come one after the other. It answers
 * all requests of a step together, so that the time which each takes does not matter.
 */
export async function countSteps(target: string): Promise<StepCounter> {
  const { key, cert, file } = await selfSigned();
  const requests: string[] = [];
  let done = 0;
  let held: { depth: number; answer: () => Promise<void> }[] = [];
  let timer: NodeJS.Timeout | undefined;
  /** By the port of the client: the step after which the connection can be used. */
  const ready = new Map<number | undefined, number>();
  const answerAll = async (): Promise<void> => {
    const step = held.splice(0);
    held = [];
    // What comes while these are answered follows one of them.
    done = Math.max(done, ...step.map(({ depth }) => depth));
    await Promise.all(step.map(({ answer }) => answer()));
  };
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(answerAll, quietMs);
  };
  const server = tlsServer({ key, cert }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const depth = Math.max(done, ready.get(request.socket.remotePort) ?? 0) + 1;
    requests.push(`${depth}: ${request.method} ${request.url?.split("?")[0]}`);
    const body = Buffer.concat(chunks);
    held.push({ depth, answer: () => forward(target, request, body, response) });
    wait();
  });
  server.on("connection", (socket: Socket) => {
    ready.set(socket.remotePort, done + 2);
    wait();
  });
  const port = await listen(server);
  return { url: `https://localhost:${port}`, file, requests, steps: () => done };
}

function forward(
  target: string,
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { host: _own, ...others } = headers;
    const passed = httpRequest(new URL(url, target), { method, headers: others }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
      response.on("finish", resolve);
    });
    passed.on("error", reject).end(body);
  });
}

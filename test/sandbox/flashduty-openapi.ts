import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { onTestFinished } from "vitest";
import { asObject } from "../../src/model/object.ts";

/** One call as it went through, with the key left out. */
export interface Exchange {
  path: string;
  asked: unknown;
  status: number;
  answered: unknown;
}

/** A server that passes everything on to `target`, and keeps what went through. */
export async function recorder(target: string): Promise<{ url: string; exchanges: Exchange[] }> {
  const exchanges: Exchange[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const passed = await fetch(`${target}${request.url}`, {
      method: request.method ?? "POST",
      headers: { "content-type": request.headers["content-type"] ?? "" },
      ...(body !== "" && { body }),
    });
    const text = await passed.text();
    const path = new URL(request.url ?? "/", target).pathname;
    exchanges.push({ path, asked: parse(body), status: passed.status, answered: parse(text) });
    response.writeHead(passed.status, { "content-type": passed.headers.get("content-type") ?? "" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exchanges };
}

function parse(text: string): unknown {
  return text === "" ? undefined : JSON.parse(text);
}

/** Fields that the vendor's own text calls null now and then, though their schema has no null. */
const nullable = ["/cur_oncall", "/next_oncall"];
/** What the description does not have yet, and the vendor's command line sends. */
const newer: Record<string, readonly string[]> = {
  "/incident/info": ["num"],
  "/incident/create": ["fields"],
  "/incident/ack": ["custom_fields"],
  "/incident/resolve": ["custom_fields"],
};

/** The description lists the details of all types of feed items without a word on which belongs to which. */
const feedDetails: Record<string, string> = {
  i_new: "New",
  i_assign: "Assign",
  i_a_rspd: "AddRspd",
  i_snooze: "Snooze",
  i_wake: "Wake",
  i_ack: "Ack",
  i_unack: "Unack",
  i_comm: "Comment",
  i_rslv: "Resolve",
  i_reopen: "Reopen",
  i_merge: "Merge",
  i_r_title: "ResetTitle",
  i_r_desc: "ResetDescription",
  i_r_severity: "ResetSeverity",
  i_r_field: "ResetField",
};

/** Checks exchanges against the vendor's OpenAPI. */
export class Description {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  readonly #document: Record<string, Record<string, unknown>>;
  readonly #checks = new Map<string, ValidateFunction>();

  constructor(file: string) {
    this.#document = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, unknown>>;
    this.#ajv.addSchema(this.#document, "openapi");
  }

  has(path: string): boolean {
    return Object.hasOwn(this.#document.paths ?? {}, path);
  }

  /** What is wrong with an exchange, a line for each. */
  problems({ path, asked, status, answered }: Exchange): string[] {
    const pointer = `paths/${path.replaceAll("/", "~1")}/post`;
    const request = this.#check(`${pointer}/requestBody/content/application~1json/schema`);
    const response =
      status < 300
        ? this.#check(`${pointer}/responses/200/content/application~1json/schema`)
        : this.#check("components/schemas/ErrorResponse");
    // A request that is refused may be wrong on purpose.
    const wrong = status < 300 ? [...errorsOf(request, asked, "request"), ...this.#unknown(path, asked)] : [];
    const right = [...errorsOf(response, answered, "response"), ...this.#feedProblems(path, answered)];
    return [...wrong, ...right].map((line) => `${path} (${status}): ${line}`);
  }

  #feedProblems(path: string, answered: unknown): string[] {
    const items = asObject(asObject(answered)?.data)?.items;
    if (path !== "/incident/feed" || !Array.isArray(items)) return [];
    return items.flatMap((item: { type: string; detail: unknown }) => {
      const schema = `components/schemas/FeedDetailIncident${feedDetails[item.type]}`;
      return errorsOf(this.#check(schema), item.detail, `detail of ${item.type}`);
    });
  }

  /** Fields of a request that the vendor does not know. */
  #unknown(path: string, asked: unknown): string[] {
    const route = asObject(asObject(this.#document.paths?.[path])?.post);
    const content = asObject(asObject(asObject(route?.requestBody)?.content)?.["application/json"]);
    const name = String(asObject(content?.schema)?.$ref).split("/").at(-1) ?? "";
    const schema = asObject(asObject(this.#document.components?.schemas)?.[name]);
    const known = new Set([...Object.keys(asObject(schema?.properties) ?? {}), ...(newer[path] ?? [])]);
    if (schema === undefined || known.size === 0) return [];
    return Object.keys(asObject(asked) ?? {})
      .filter((field) => !known.has(field))
      .map((field) => `request has the unknown field "${field}"`);
  }

  #check(pointer: string): ValidateFunction {
    const known = this.#checks.get(pointer) ?? this.#ajv.compile({ $ref: `openapi#/${pointer}` });
    this.#checks.set(pointer, known);
    return known;
  }
}

function errorsOf(check: ValidateFunction, value: unknown, what: string): string[] {
  if (check(value)) return [];
  const errors = (check.errors ?? []).filter(
    (error) => !isNullable(error, value) && !/^\/data\/items\/\d+\/detail/.test(error.instancePath),
  );
  return [
    ...new Set(errors.map(({ instancePath, message }) => `${what}${instancePath.replaceAll(/\d+/g, "N")} ${message}`)),
  ];
}

function isNullable({ instancePath }: ErrorObject, value: unknown): boolean {
  let inner: unknown = value;
  for (const part of instancePath.split("/").slice(1)) inner = (inner as Record<string, unknown> | null)?.[part];
  return inner === null && nullable.some((name) => instancePath.endsWith(name));
}

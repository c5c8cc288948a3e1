import { createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { tempDir } from "../support/temp-dir.ts";

export const secret = "fake-webhook-secret";
/** The signature of a text. */
export const sign = (text: string): string => `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;

/** The body of a webhook about an incident. */
export function webhook(id: string, event = "incident.triggered", at = "2026-08-01T12:00:00.000Z"): string {
  return JSON.stringify({ event, timestamp: at, incident: { id, title: `About ${id}` } });
}

/** A command that waits until something is opened. */
export async function gate(): Promise<{ wait: string; open(): Promise<void>; folder: string }> {
  const folder = await tempDir();
  const file = join(folder, "gate");
  const wait = `while [ ! -e ${file} ]; do sleep 0.05; done`;
  return { wait, open: () => writeFile(file, ""), folder };
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

/** Posts a body with its signature, on a connection of its own. */
export function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: "POST", headers: { "x-opsknight-signature": sign(body), ...headers }, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The words of a command that listens on any port. */
export const words = ["webhooks", "listen", "--port", "0", "--secret-env", "WEBHOOK_SECRET"];

/** The lines of JSON that were printed. */
export function rowsIn(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The address in what is told at the start. */
export const addressIn = (text: string): string => /listening on (\S+)/.exec(text)?.[1] ?? "";

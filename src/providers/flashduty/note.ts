import { CliError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { noteMessage } from "../outcome.ts";
import { send } from "./send.ts";

/**
 * Adds a note as a comment to incidents, after an action whose request has no field for it. The action is done by now, so a failure is
 * returned as a message, not thrown. Never repeated: a repeat would add the comment a second time.
 */
export async function addNote(
  http: HttpClient,
  ids: readonly string[],
  note: string | undefined,
): Promise<string | null> {
  if (note === undefined) return null;
  try {
    await send(http, "POST /incident/comment", { body: { incident_ids: ids, comment: note } });
    return null;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return noteMessage(error);
  }
}

import { join } from "node:path";
import { createConfigStore, type Profile } from "../../src/config/store.ts";
import { tempDir } from "../support/temp-dir.ts";

export const profile: Profile = {
  provider: "opsknight",
  baseUrl: "https://opsknight.example.test",
  apiKey: { text: "sk_test_fake_0001" },
};

/** A configuration in a new folder, and what it has told of. */
export async function newStore() {
  const dir = join(await tempDir(), "onduty");
  const notices: string[] = [];
  return { dir, notices, store: createConfigStore({ dir, notice: (text) => notices.push(text) }) };
}

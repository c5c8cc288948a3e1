import { sanitize } from "../output/sanitize.ts";
import { standalone } from "../standalone.ts";
import type { KeyringAnswer, KeyringRequest } from "./keyring.ts";

type Library = typeof import("@napi-rs/keyring");

/** Name of the service of all entries in the keyring. */
const service = "onduty";

/** Handles one request, in the process started for it. Never throws. */
export async function answerKeyring(line: string): Promise<string> {
  return JSON.stringify(await answer(JSON.parse(line) as KeyringRequest));
}

async function answer(request: KeyringRequest): Promise<KeyringAnswer> {
  let library: Library;
  try {
    library = standalone === undefined ? await import("@napi-rs/keyring") : (standalone.keyring() as Library);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const missing = standalone === undefined && /^(ERR_)?MODULE_NOT_FOUND$/.test(code);
    return { failed: `its library cannot be loaded: ${firstLine(error)}`, missing };
  }
  try {
    // By default the library may fall back to the kernel's keyring, which loses its entries at a restart.
    const entry = new library.Entry(service, request.account, { linux: { store: "secret-service" } });
    if (request.do === "get") return { key: entry.getPassword() };
    if (request.do === "remove") {
      entry.deleteCredential();
      return { key: null };
    }
    entry.setPassword(request.key);
    return entry.getPassword() === request.key ? { key: null } : { failed: "it did not keep the key" };
  } catch (error) {
    return { failed: explainFailure(firstLine(error)) };
  }
}

/** Replaces the library's messages about a missing session bus or keyring by ones that users understand. */
export function explainFailure(message: string): string {
  if (/autolaunch|DBUS_SESSION_BUS_ADDRESS|\$DISPLAY/.test(message))
    return "no session bus (D-Bus), as on a machine without a desktop";
  if (/org\.freedesktop\.secrets/.test(message) && /not provided|ServiceUnknown|not activatable/.test(message))
    return "no keyring runs in this session, such as gnome-keyring, KWallet or KeePassXC";
  return message;
}

function firstLine(error: unknown): string {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return sanitize(first).slice(0, 200);
}

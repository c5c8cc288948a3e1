import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.ts";

/** A profile of each vendor that points at `url`, in the form of the config file. The keys are fake. */
export const fakeKeys = {
  opsknight: "sk_test_fake_opsknight_key_0001",
  opsknightIntegration: "00000000fake00000000fake00000001",
  flashduty: "fake_flashduty_app_key_0000000001",
  flashdutyIntegration: "fake_flashduty_integration_000001",
  flashdutyChange: "fake_flashduty_change_key_0000001",
  flotiq: "fake_flotiq_key_00000000000000001",
} as const;

export function profilesAt(url: string): Record<string, unknown> {
  return {
    opsknight: { provider: "opsknight", baseUrl: url, apiKey: { text: fakeKeys.opsknight }, service: "svc_1" },
    flashduty: {
      provider: "flashduty",
      baseUrl: url,
      apiKey: { text: fakeKeys.flashduty },
      integrationKey: { text: fakeKeys.flashdutyIntegration },
      changeKey: { text: fakeKeys.flashdutyChange },
    },
    flotiq: { provider: "flotiq", baseUrl: url, apiKey: { text: fakeKeys.flotiq } },
  };
}

/** A home whose config file has these profiles, the first of them the current one. */
export async function homeWith(profiles: Record<string, unknown>): Promise<string> {
  const home = await tempDir();
  mkdirSync(join(home, ".config/onduty"), { recursive: true, mode: 0o700 });
  const config = { current: Object.keys(profiles)[0], profiles };
  writeFileSync(join(home, ".config/onduty/config.json"), JSON.stringify(config), { mode: 0o600 });
  return home;
}

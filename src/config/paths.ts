import { isAbsolute, join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** Folder of `config.json`: `$ONDUTY_CONFIG_DIR`, `$XDG_CONFIG_HOME/onduty`, else the platform's place. */
export function configDir(env: Env, platform: NodeJS.Platform, home: string): string {
  if (env.ONDUTY_CONFIG_DIR) return env.ONDUTY_CONFIG_DIR;
  const xdg = absolute(env.XDG_CONFIG_HOME);
  if (xdg !== undefined) return join(xdg, "onduty");
  if (platform === "win32") return join(env.APPDATA || join(home, "AppData/Roaming"), "onduty");
  return join(home, platform === "darwin" ? "Library/Preferences" : ".config", "onduty");
}

/** Folder of the spool and other state: `$ONDUTY_STATE_DIR`, `$XDG_STATE_HOME/onduty`, else the platform's place. */
export function stateDir(env: Env, platform: NodeJS.Platform, home: string): string {
  if (env.ONDUTY_STATE_DIR) return env.ONDUTY_STATE_DIR;
  const xdg = absolute(env.XDG_STATE_HOME);
  if (xdg !== undefined) return join(xdg, "onduty");
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData/Local"), "onduty");
  return join(home, platform === "darwin" ? "Library/Application Support" : ".local/state", "onduty");
}

/** The XDG specification: relative paths are to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

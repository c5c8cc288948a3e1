import { isAbsolute, join, resolve } from "node:path";
import { nowhere } from "../disk/nowhere.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The home of this user: what the first of `sources` gives that is a full path, else `nowhere`. A source may throw, as those of
 * node:os do for a user who has neither HOME nor an entry in passwd.
 */
export function homeOf(sources: readonly (() => string)[]): string {
  for (const source of sources) {
    try {
      const home = source();
      if (isAbsolute(home)) return home;
    } catch {
      // The next one may know.
    }
  }
  return nowhere;
}

/** Folder of `config.json`: `$ONDUTY_CONFIG_DIR`, `$XDG_CONFIG_HOME/onduty`, else the platform's place. */
export function configDir(env: Env, platform: NodeJS.Platform, home: string): string {
  if (env.ONDUTY_CONFIG_DIR) return resolve(env.ONDUTY_CONFIG_DIR);
  const xdg = absolute(env.XDG_CONFIG_HOME);
  if (xdg !== undefined) return join(xdg, "onduty");
  if (platform === "win32") return join(absolute(env.APPDATA) ?? join(home, "AppData/Roaming"), "onduty");
  return join(home, platform === "darwin" ? "Library/Preferences" : ".config", "onduty");
}

/** Folder of the spool and other state: `$ONDUTY_STATE_DIR`, `$XDG_STATE_HOME/onduty`, else the platform's place. */
export function stateDir(env: Env, platform: NodeJS.Platform, home: string): string {
  if (env.ONDUTY_STATE_DIR) return resolve(env.ONDUTY_STATE_DIR);
  const xdg = absolute(env.XDG_STATE_HOME);
  if (xdg !== undefined) return join(xdg, "onduty");
  if (platform === "win32") return join(absolute(env.LOCALAPPDATA) ?? join(home, "AppData/Local"), "onduty");
  return join(home, platform === "darwin" ? "Library/Application Support" : ".local/state", "onduty");
}

/** The XDG specification: relative paths are to be ignored. So are empty ones. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

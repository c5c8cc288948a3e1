import { describe, expect, it } from "vitest";
import { configDir, stateDir } from "../../src/config/paths.ts";

describe("the folders", () => {
  it.each([
    ["linux", {}, "/home/ada/.config/onduty", "/home/ada/.local/state/onduty"],
    ["darwin", {}, "/home/ada/Library/Preferences/onduty", "/home/ada/Library/Application Support/onduty"],
    ["win32", {}, "/home/ada/AppData/Roaming/onduty", "/home/ada/AppData/Local/onduty"],
    ["win32", { APPDATA: "/roaming", LOCALAPPDATA: "/local" }, "/roaming/onduty", "/local/onduty"],
    ["linux", { XDG_CONFIG_HOME: "/xdg/c", XDG_STATE_HOME: "/xdg/s" }, "/xdg/c/onduty", "/xdg/s/onduty"],
    ["darwin", { XDG_CONFIG_HOME: "/xdg/c", XDG_STATE_HOME: "/xdg/s" }, "/xdg/c/onduty", "/xdg/s/onduty"],
    [
      "linux",
      { XDG_CONFIG_HOME: "", XDG_STATE_HOME: "some/where" },
      "/home/ada/.config/onduty",
      "/home/ada/.local/state/onduty",
    ],
    [
      "linux",
      { ONDUTY_CONFIG_DIR: "/mine", ONDUTY_STATE_DIR: "/state", XDG_CONFIG_HOME: "/xdg", XDG_STATE_HOME: "/xdg" },
      "/mine",
      "/state",
    ],
    [
      "linux",
      { ONDUTY_CONFIG_DIR: "", ONDUTY_STATE_DIR: "" },
      "/home/ada/.config/onduty",
      "/home/ada/.local/state/onduty",
    ],
  ] as const)("on %s with %j are %s and %s", (platform, env, config, state) => {
    expect(configDir(env, platform, "/home/ada")).toBe(config);
    expect(stateDir(env, platform, "/home/ada")).toBe(state);
  });
});

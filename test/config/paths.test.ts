import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { configDir, homeOf, stateDir } from "../../src/config/paths.ts";

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
      "win32",
      { APPDATA: "", LOCALAPPDATA: "local" },
      "/home/ada/AppData/Roaming/onduty",
      "/home/ada/AppData/Local/onduty",
    ],
    ["linux", { ONDUTY_CONFIG_DIR: "mine", ONDUTY_STATE_DIR: "./state" }, resolve("mine"), resolve("state")],
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

describe("the home", () => {
  const fails = (): string => {
    throw new Error("ENOENT");
  };
  it.each([
    ["what HOME names", [() => "/home/ada", fails], "/home/ada"],
    ["that of passwd where HOME is empty", [() => "", () => "/home/ada"], "/home/ada"],
    ["that of passwd where HOME is relative", [() => "home", () => "/home/ada"], "/home/ada"],
    ["a place where nothing can be kept for a user who has none", [fails, fails], "/dev/null"],
  ])("is %s", (_, sources, home) => {
    expect(homeOf(sources)).toBe(home);
  });
});

// Filled in by the build; in tests the sources run as they are.
declare const __VERSION__: string | undefined;
declare const __COMMIT__: string | undefined;

export const version = typeof __VERSION__ === "string" ? __VERSION__ : "0.0.0-dev";

/** Short commit, empty when unknown. */
export const commit = typeof __COMMIT__ === "string" ? __COMMIT__ : "";

/** What `--version` prints after the name: `0.1.0 (1a2b3c4d5)`. */
export const versionText = commit === "" ? version : `${version} (${commit})`;

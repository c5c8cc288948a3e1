/** What the stand-alone executable carries within itself. Its entry (bin/build-binary.js) sets it before anything is run. */
export interface Standalone {
  /** Path of jq's WebAssembly, which only this process can read. */
  jqWasm: string;
  /** Paths of the WebAssembly of the HTTP parser, by the names of the files that the package has for it. */
  wasm: Readonly<Record<string, string>>;
  /** Loads the keyring library. */
  keyring(): unknown;
}

declare global {
  var ondutyStandalone: Standalone | undefined;
}

/** Undefined where Node runs the program. */
export const standalone = globalThis.ondutyStandalone;

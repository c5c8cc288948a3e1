import type { Specs } from "./specs.ts";

/** A generator of each shell, loaded when it is wanted, and the file that its script is kept in. */
export const shells: Record<string, { file: string; load(): Promise<(specs: Specs) => string> }> = {
  bash: { file: "onduty.bash", load: async () => (await import("./bash.ts")).bashCompletion },
  zsh: { file: "_onduty", load: async () => (await import("./zsh.ts")).zshCompletion },
  fish: { file: "onduty.fish", load: async () => (await import("./fish.ts")).fishCompletion },
  powershell: { file: "onduty.ps1", load: async () => (await import("./powershell.ts")).powershellCompletion },
};

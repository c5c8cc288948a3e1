import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onduty } from "./process.ts";

/** Copies the program, for a user who cannot read the original, and gives the command that starts the copy. */
export async function copyOfProgram(folder: string): Promise<string[]> {
  if (!onduty.endsWith(".cjs")) {
    await cp(onduty, join(folder, "onduty"));
    return [join(folder, "onduty")];
  }
  const root = dirname(dirname(onduty));
  // A stand-alone executable may lie there too, which is large.
  const filter = (source: string): boolean => !/dist\/onduty[^/]*$/.test(source);
  for (const part of ["bin", "dist"]) await cp(join(root, part), join(folder, part), { recursive: true, filter });
  return [process.execPath, join(folder, "bin/onduty.cjs")];
}

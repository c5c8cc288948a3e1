import type { PrinterOptions } from "./options.ts";
import type { Color } from "./streams.ts";

export interface ColorOptions {
  /** `--color` or `--no-color`; wins over everything. */
  color: boolean | undefined;
  env: Readonly<Record<string, string | undefined>>;
  isTTY: boolean;
}

/** Whether a stream gets color: the option, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function useColor({ color, env, isTTY }: ColorOptions): boolean {
  if (color !== undefined) return color;
  if (env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR ?? env.CLICOLOR_FORCE;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if (env.CLICOLOR === "0") return false;
  return isTTY && env.TERM !== "dumb";
}

/** Whether stdout gets color. */
export function wantsColor({ color, env, streams }: Pick<PrinterOptions, "color" | "env" | "streams">): boolean {
  return useColor({ color, env, isTTY: streams.out.isTTY });
}

/** A chalk that always colors; whether to use it is `useColor`'s. */
export async function loadColor(): Promise<Color> {
  const { Chalk } = await import("chalk");
  return new Chalk({ level: 1 });
}

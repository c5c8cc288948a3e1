const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90s`, `5m`, `2h`, `3d`, `1w`, `500ms` or `0`; `undefined` when it is not a duration. */
export function readDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text.trim()) ?? [];
  const factor = units[unit];
  return factor === undefined ? undefined : Math.round(Number(amount) * factor);
}

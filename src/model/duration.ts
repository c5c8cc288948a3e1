const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Long names of the units. */
const names: Record<string, string> = {
  sec: "s",
  second: "s",
  min: "m",
  minute: "m",
  hr: "h",
  hour: "h",
  day: "d",
  week: "w",
};

/** Milliseconds of `90s`, `5m`, `2h`, `3d`, `1w`, `500ms`, `1h30m`, `2 hours` or `0`; `undefined` when it is not a duration. */
export function readDuration(text: string): number | undefined {
  if (text === "0") return 0;
  let ms = 0;
  const rest = text
    .trim()
    .replace(/(\d+(?:\.\d+)?)\s*([a-z]+)(?:\s+(?=\d)|(?=\d|$))/gi, (part, amount: string, word: string) => {
      const name = word.toLowerCase();
      const factor = units[name] ?? units[names[name.replace(/s$/, "")] ?? ""];
      if (factor === undefined) return part;
      ms += Number(amount) * factor;
      return "";
    });
  return rest === "" && text.trim() !== "" ? Math.round(ms) : undefined;
}

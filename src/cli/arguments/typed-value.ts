/** `true`, `false`, `null` and numbers are themselves, anything else is a text. */
export function typedValue(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  // A number that cannot be written back as it was given is a text, such as a long id.
  return /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

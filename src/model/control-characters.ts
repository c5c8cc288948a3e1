/* Control characters in the sense of Unicode: C0, DEL and C1. What else could harm a terminal is in output/sanitize.ts. */

/** Whether a text has a control character, newline and tab included. */
export function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f-\u009f]/.test(text);
}

/** A text without line breaks and other control characters: a blank in place of each run of them. */
export function controlsToBlanks(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

/** The same, without blanks at its ends: as a summary, a source or a key may be. */
export function oneLine(text: string): string {
  return controlsToBlanks(text).trim();
}

/** A text without its control characters. */
export function stripControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
}

/** The same for a text of several lines: newlines and tabs stay. */
export function stripControlsInLines(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

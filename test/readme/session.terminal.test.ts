import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { onduty } from "../support/process.ts";
import { columns, type Played, play } from "./play.ts";
import { blockUnder, readmeFile, spoolPage } from "./readme.ts";
import { readScreen, toText } from "./screen.ts";
import { drawSvg } from "./svg.ts";

const picture = new URL("session.svg", import.meta.url).pathname;
/** What `npx vitest -u` and UPDATE_README=1 are for: both are made, never written by hand. */
const update = process.argv.includes("-u") || process.env.UPDATE_README !== undefined;

/** Somebody is woken at a quarter past two. */
const night = [
  "onduty status",
  "onduty ack inc_000011",
  "onduty ack inc_000011",
  "onduty schedules rota -p eu --for 4d",
  "onduty resolve inc_000011",
  "onduty list --status open --urgency high",
];

/** What the comments of the block stand for. */
const outage = { "# The vendor is down.": "503=100%", "# It is back.": "503=0%" };

// The stand-alone executable takes no clock.
describe.skipIf(!onduty.endsWith(".cjs"))("the README", () => {
  it("has a picture of what the program prints, in its colors", async () => {
    const svg = drawSvg(await readScreen(transcript(await play(night)), columns), columns, "onduty at a terminal");
    if (update) writeFileSync(picture, svg);
    else expect(readFileSync(picture, "utf8")).toBe(svg);
    expect(readFileSync(readmeFile, "utf8")).toContain('<img src="test/readme/session.svg"');
  });

  it("shows a session as the program prints it", async () => {
    const block = blockUnder("The spool", "console");
    const lines = block.text.split("\n").flatMap((line) => (/^[$#] /.test(line) ? [line.replace(/^\$ /, "")] : []));
    const played = await play(lines, outage);
    const text = `${toText(await readScreen(transcript(played), columns)).join("\n")}\n`;
    if (update)
      writeFileSync(
        spoolPage,
        readFileSync(spoolPage, "utf8").replace(block.text, () => text),
      );
    else expect(block.text).toBe(text);
  });
});

/** Everything as one terminal would show it, with the lines that were typed. */
function transcript(played: readonly Played[]): string {
  const typed = (line: string): string =>
    line.startsWith("#") ? `\u001b[90m${line}\u001b[0m` : `\u001b[32m$\u001b[0m \u001b[1m${line}\u001b[0m`;
  const text = played.map(({ line, output }) => `${typed(line)}\r\n${output}`).join("");
  // The id of an event in the spool ends with a random number.
  return text.replaceAll(/\b(\d{6})-[0-9a-f]{8}\b/g, "$1-0001f00d");
}

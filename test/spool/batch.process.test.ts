import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isGone, ownerTag } from "../../src/disk/owner.ts";

describe("what a killed process leaves", () => {
  // Only Linux shows it, in /proc.
  it.skipIf(process.platform !== "linux")(
    "is free although its parent has not asked for it, as in a container without an init (Linux)",
    async () => {
      // It ends once its parent has become a program that never asks for it.
      const child = 'while [ "$(cat /proc/$PPID/comm)" != sleep ]; do :; done';
      const script = `sh -c '${child}' & echo $!; exec sleep 30`;
      const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
      try {
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        const pid = line.toString().trim();
        const stat = (): string[] => {
          const text = readFileSync(`/proc/${pid}/stat`, "utf8");
          return text.slice(text.lastIndexOf(")") + 2).split(" ");
        };
        for (let tries = 0; stat()[0] !== "Z" && tries < 500; tries += 1) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        expect(stat()[0]).toBe("Z");
        expect(isGone(ownerTag().replace(/-\d+-\d+$/, `-${pid}-${stat()[19]}`), 0)).toBe(true);
      } finally {
        parent.kill();
      }
    },
  );
});

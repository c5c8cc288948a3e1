import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/headless";

/** What a terminal shows of what it is sent. */
export interface Emulator {
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** Its lines from the top of the screen, without the blanks at their end. */
  lines(): Promise<string[]>;
  /** Numbers of the lines, from 0, that begin in reverse video. */
  inverse(): Promise<number[]>;
  /** Whether a program has the other screen. */
  onOtherScreen(): Promise<boolean>;
  close(): void;
}

export function emulator(columns: number, rows: number): Emulator {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  const buffer = () => terminal.buffer.active;
  const settled = (): Promise<void> => new Promise((resolve) => terminal.write("", resolve));
  const each = <Result>(read: (line: ReturnType<ReturnType<typeof buffer>["getLine"]>) => Result): Result[] =>
    Array.from({ length: terminal.rows }, (_, row) => read(buffer().getLine(buffer().viewportY + row)));
  return {
    // What ends a line in memory is one character; a terminal's own line discipline makes two of it.
    write: (text) => terminal.write(text.replaceAll(/\r?\n/g, "\r\n")),
    resize: (wide, high) => terminal.resize(wide, high),
    async lines() {
      await settled();
      return each((line) => line?.translateToString(true, 0, terminal.cols).trimEnd() ?? "");
    },
    async inverse() {
      await settled();
      return each((line) => line?.getCell(0)?.isInverse() ?? 0).flatMap((is, row) => (is === 0 ? [] : [row]));
    },
    async onOtherScreen() {
      await settled();
      return buffer().type === "alternate";
    },
    close: () => terminal.dispose(),
  };
}

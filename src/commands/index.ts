import type { Command } from "commander";
import type { AnyCommand } from "../cli/command.ts";
import type { Context } from "../context.ts";

type Adder = (command: Command, ctx: Context) => void;

/** The commands without a group, each loaded when it is needed. */
export const adders = {
  oncall: adder(async () => (await import("./oncall.ts")).oncall),
  whoami: adder(async () => (await import("./whoami.ts")).whoami),
  doctor: adder(async () => (await import("./doctor.ts")).doctor),
  api: adder(async () => (await import("./api.ts")).api),
  deploy: adder(async () => (await import("./deploy.ts")).deploy),
  run: adder(async () => (await import("./run.ts")).run),
  sandbox: adder(async () => (await import("./sandbox.ts")).sandbox),
};

function adder(load: () => Promise<AnyCommand>): () => Promise<Adder> {
  return async () => {
    const [definition, { declare }] = await Promise.all([load(), import("../cli/parser.ts")]);
    return (command, ctx) => declare(command, definition, ctx);
  };
}

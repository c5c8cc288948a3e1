import type { ConnectOptions, Context, Vendor } from "../context.ts";
import { CliError } from "../errors.ts";
import type { SpoolEntry } from "../spool/spool.ts";
import { connectForEvents } from "./vendor.ts";

/** A connection for each profile, made once. An entry is sent only to the vendor and address it is for. */
export class ProfileConnections {
  readonly #ctx: Context;
  readonly #options: ConnectOptions;
  readonly #made = new Map<string, Promise<Vendor<"events">>>();

  constructor(ctx: Context, options: ConnectOptions) {
    this.#ctx = ctx;
    this.#options = options;
  }

  /** @throws {CliError} `usage` when the profile is gone, or is one of another vendor or address now */
  async of({ profile: name, provider, baseUrl }: SpoolEntry): Promise<Vendor<"events">> {
    const vendor = this.#made.get(name) ?? this.#connect(name);
    this.#made.set(name, vendor);
    const { profile } = (await vendor).connection;
    if (profile.provider === provider && profile.baseUrl === baseUrl) return vendor;
    const now = `${profile.provider} at ${profile.baseUrl}`;
    throw new CliError("usage", `the event is for ${provider} at ${baseUrl}, and profile "${name}" is ${now}`, {
      reason: "otherAddress",
    });
  }

  /** The environment's profile is called `env`, and is not one that can be named. */
  async #connect(name: string): Promise<Vendor<"events">> {
    const { env, config } = this.#ctx;
    if (name === "env" && !env.ONDUTY_PROVIDER && !(await config.load()).profiles.has("env"))
      throw new CliError(
        "usage",
        "it was sent with ONDUTY_PROVIDER and a key in the environment, which are not set now",
      );
    if (name === "env" && env.ONDUTY_PROVIDER !== undefined) {
      const { profile: _, ...unnamed } = this.#options;
      const vendor = await connectForEvents(this.#ctx, unnamed);
      if (vendor.connection.profile.name === "env") return vendor;
    }
    return connectForEvents(this.#ctx, { ...this.#options, profile: name });
  }
}

import { resolveSettings } from "../config/settings.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { CliError } from "../errors.ts";
import type { VendorDescriptor, WebhookDescriptor } from "../providers/descriptor.ts";

/** A vendor that signs webhooks. */
export type WebhookVendor = VendorDescriptor & { readonly webhooks: WebhookDescriptor };

/**
 * The vendor of the webhooks: that of the profile, or the first one that signs webhooks. A webhook needs no profile, so
 * one that cannot be read, and one of a vendor without webhooks, changes nothing unless it was named.
 *
 * @throws {CliError} `usage` when `--profile` names a profile that cannot be used
 */
export async function webhookVendor(ctx: Context, { profile }: Pick<GlobalOptions, "profile">): Promise<WebhookVendor> {
  const { env, config, vendors } = ctx;
  const named = profile === undefined ? {} : { named: profile };
  try {
    const { vendor } = resolveSettings({ ...named, env, config: await config.peek(), vendors });
    if (signsWebhooks(vendor)) return vendor;
  } catch (error) {
    if (!(error instanceof CliError) || profile !== undefined) throw error;
  }
  const first = vendors.find(signsWebhooks);
  if (first === undefined) throw new Error("no vendor signs webhooks");
  return first;
}

function signsWebhooks(vendor: VendorDescriptor): vendor is WebhookVendor {
  return vendor.webhooks !== undefined;
}

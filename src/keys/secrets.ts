import type { VendorDescriptor } from "../providers/descriptor.ts";
import { maskFields, maskForms, redact, type SecretForms, secretForms } from "./mask.ts";

/** Shorter ones could be a part of an id, which a response must keep. */
const minReceivedChars = 12;

/** The keys that are known so far. */
export interface Secrets {
  add(secret: string): void;
  /** Masks the keys in a text that is printed. */
  mask(text: string): string;
  /** The same, and everything else that looks like a key. For messages only: data may contain such texts rightly. */
  redact(text: string): string;
  /** Masks the keys in what came from outside, and the values of fields that hold a key by their name. */
  maskReceived(text: string): string;
}

export function createSecrets(vendors: readonly VendorDescriptor[], known: readonly string[] = []): Secrets {
  const secrets = [...known];
  // Made once: each response and each output is masked.
  let forms: { printed: SecretForms; received: SecretForms } | undefined;
  const formsOf = (use: "printed" | "received"): SecretForms => {
    forms ??= {
      printed: secretForms(secrets, vendors),
      received: secretForms(
        secrets.filter(({ length }) => length >= minReceivedChars),
        vendors,
      ),
    };
    return forms[use];
  };
  return {
    add(secret) {
      if (secrets.includes(secret)) return;
      secrets.push(secret);
      forms = undefined;
    },
    mask: (text) => maskForms(text, formsOf("printed")),
    redact: (text) => redact(text, secrets, vendors),
    maskReceived: (text) => maskFields(maskForms(text, formsOf("received"))),
  };
}

import type { VendorDescriptor } from "../providers/descriptor.ts";
import { maskFields, maskSecrets, redact } from "./mask.ts";

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
  return {
    add: (secret) => void (secrets.includes(secret) || secrets.push(secret)),
    mask: (text) => maskSecrets(text, secrets, vendors),
    redact: (text) => redact(text, secrets, vendors),
    maskReceived(text) {
      const long = secrets.filter(({ length }) => length >= minReceivedChars);
      return maskFields(maskSecrets(text, long, vendors));
    },
  };
}

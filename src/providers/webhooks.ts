/*
 * Signed webhooks: the part of a vendor's contract that needs neither a profile nor a key. It is loaded by itself, so that a
 * check of a signature loads nothing else of the vendor.
 */

export interface Webhooks {
  /** Whether a request was signed with the secret, in any of the vendor's forms. Compares in constant time; never throws. */
  verify(request: SignedRequest, options: SignatureOptions): SignatureVerdict;
  /** What a webhook of a valid signature reports. */
  read(payload: Readonly<Record<string, unknown>>, request: SignedRequest): WebhookContent;
  /** The incident that a webhook is about, as far as it names one. */
  incidentOf(payload: Readonly<Record<string, unknown>>): WebhookIncident;
}

/** What a webhook names of its incident. */
export interface WebhookIncident {
  id?: string;
  title?: string;
  /** Its page. */
  url?: string;
}

/** A webhook as it was received. */
export interface SignedRequest {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Byte for byte. */
  body: Uint8Array;
}

export interface SignatureOptions {
  secret: string;
  /** How far the time of signing may be away, in the past or the future; 0 for any. Only for forms that sign a time. */
  toleranceMs: number;
  now: Date;
}

export interface SignatureVerdict {
  /** What is wrong with it; null when the signature is valid. */
  problem: string | null;
  /** Which of the vendor's forms it has; null without a signature. */
  form: string | null;
  /** When it was signed; null where the form has no time. */
  signedAt: Date | null;
}

export interface WebhookContent {
  /** Such as `incident.triggered`; null when the webhook does not name one. */
  event: string | null;
  /** When it happened; null when the webhook has no time. */
  happenedAt: Date | null;
  /** The same on every delivery of one webhook; absent where the vendor has no such id. */
  deliveryId?: string;
}

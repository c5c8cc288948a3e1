/** What a signal to `run` itself does: open nothing, or count as a failure. */
export const onCancelWords = ["nothing", "trigger"] as const;
export type OnCancel = (typeof onCancelWords)[number];

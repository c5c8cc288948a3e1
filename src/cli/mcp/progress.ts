/** Milliseconds between two messages while nothing new happens: it keeps a client from giving up. */
const beatMs = 5000;

/** The part of a request of the protocol that progress needs. */
interface Asking {
  _meta?: { progressToken?: string | number | undefined } | undefined;
  sendNotification(notification: {
    method: "notifications/progress";
    params: { progressToken: string | number; progress: number; message: string };
  }): Promise<void>;
}

/** Sends what a call is doing, where the client asked for that. `end` has to be called. */
export function progressOf({ _meta, sendNotification }: Asking): { report(text: string): void; end(): void } {
  const token = _meta?.progressToken;
  if (token === undefined) return { report: () => {}, end: () => {} };
  let progress = 0;
  let last = "";
  const send = (): void => {
    progress += 1;
    const params = { progressToken: token, progress, message: last };
    void sendNotification({ method: "notifications/progress", params }).catch(() => {});
  };
  const timer = setInterval(send, beatMs);
  return {
    report(text) {
      if (text === last) return;
      last = text;
      send();
    },
    end: () => clearInterval(timer),
  };
}

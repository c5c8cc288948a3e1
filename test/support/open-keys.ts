import { fakeVendor } from "./vendor.ts";

/** A vendor that takes events unless it is down, and the keys that they have left open. */
export async function vendorWithOpenKeys() {
  const open = new Set<string>();
  const state = { isDown: false };
  const vendor = (await fakeVendor()).handle("POST /api/events", ({ body }, response) => {
    if (state.isDown) return void response.writeHead(503).end();
    const { event_action: action, dedup_key: key } = body as { event_action: string; dedup_key: string };
    const wasOpen = open.has(key);
    if (action === "trigger") open.add(key);
    if (action === "resolve") open.delete(key);
    const done = action === "trigger" ? "triggered" : action === "resolve" ? "resolved" : "acknowledged";
    const result =
      action === "trigger" || wasOpen
        ? { action: wasOpen && action === "trigger" ? "deduplicated" : done, incident: null }
        : { action: "ignored", reason: "nothing open" };
    response.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify({ status: "success", result }));
  });
  return { vendor, open, state };
}

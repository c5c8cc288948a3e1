// What `events send` is measured against: the same bodies to the same server with nothing but undici, 32 at once.
import { readFileSync } from "node:fs";
import { request } from "undici";

const [file, url] = process.argv.slice(2);
const bodies = readFileSync(file, "utf8").trim().split("\n");
const headers = { authorization: "Bearer sk_test_fake_bench_0000", "content-type": "application/json" };
let next = 0;
async function worker() {
  while (next < bodies.length) {
    const body = bodies[next++];
    const answer = await request(`${url}/api/events`, { method: "POST", headers, body });
    await answer.body.text();
  }
}
await Promise.all(Array.from({ length: 32 }, worker));

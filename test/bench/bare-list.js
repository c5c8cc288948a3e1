// What `incidents list --all` is measured against: the same pages, fetched one after the other and parsed.
import { request } from "undici";

const [url] = process.argv.slice(2);
const headers = { authorization: "Bearer sk_test_fake_bench_0000" };
for (let offset = 0; ; ) {
  const answer = await request(`${url}/api/incidents?limit=100&offset=${offset}`, { headers });
  const { data, pagination } = await answer.body.json();
  process.stdout.write(data.map((row) => `${JSON.stringify(row)}\n`).join(""));
  offset += data.length;
  if (!pagination.has_more) break;
}

import { type FakeVendor, fakeVendor } from "./vendor.ts";

/** A vendor with so many incidents, on pages, whose titles are wide, and clear the screen where nobody keeps them from it. */
export async function manyIncidents(count: number): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const all = Array.from({ length: count }, (_, index) => ({
    id: `inc_${index}`,
    title: `Überlast 日本 ${index} \u001b[2J`,
    status: "OPEN",
    urgency: "HIGH",
    service: { id: "svc_1", name: "Checkout" },
    created_at: new Date(Date.UTC(2026, 0, 2) - index * 1000).toISOString(),
  }));
  return vendor.handle("GET /api/incidents", ({ query }, response) => {
    const [limit, offset] = [Number(query.limit ?? 25), Number(query.offset ?? 0)];
    const data = all.slice(offset, offset + limit);
    const pagination = { total: count, limit, offset, has_more: offset + data.length < count };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ data, pagination }));
  });
}

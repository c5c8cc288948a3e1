import type { HttpClient } from "../../http/client.ts";
import type { Person } from "../../model/incident.ts";
import { asArray } from "../wire.ts";
import { readData, toPerson } from "./wire.ts";

/** People by their ids, in one call. The vendor leaves out unknown ids. */
export async function readPeople(http: HttpClient, ids: readonly string[]): Promise<Map<string, Person>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const answer = await http.request("POST /person/infos", {
    body: { person_ids: wanted.map(Number) },
    idempotent: true,
    reads: true,
  });
  return new Map(
    asArray(readData(answer.body).items)
      .flatMap((value) => toPerson(value) ?? [])
      .map((person) => [person.id, person]),
  );
}

import { incidentVendors, type NewIncident, type VendorName } from "./model.ts";

/** Keys of the sandbox. They are valid nowhere else. */
export const sandboxKeys = {
  opsknight: {
    all: "sk_test_sandbox_all_scopes_0001",
    readOnly: "sk_test_sandbox_read_only_0002",
    noScopes: "sk_test_sandbox_no_scopes_0003",
    responder: "sk_test_sandbox_responder_0005",
    user: "sk_test_sandbox_plain_user_0006",
    disabled: "sk_test_sandbox_disabled_0007",
    integration: "5a4db0c55a4db0c55a4db0c55a4db0c5",
  },
  flashduty: {
    app: "sandbox-flashduty-app-key-0001",
    readOnly: "sandbox-flashduty-read-key-0002",
    integration: "sandbox-flashduty-integration-0003",
    change: "sandbox-flashduty-change-0004",
  },
  flotiq: { all: "sandbox-flotiq-application-0001", restricted: "sandbox-flotiq-restricted-0002" },
  pagerduty: {
    user: "u+sandboxFullKey0001",
    account: "sandboxAccountKey001",
    readOnly: "sandboxReadOnlyKey01",
    integration: "sandbox0integration0pagerduty001",
  },
} as const;

export type SandboxKeys = typeof sandboxKeys;

/** What webhooks are signed with, unless the control route was given another secret. */
export const webhookSecret = "sandbox-webhook-secret-0001";

export const people = [
  {
    opsknight: "usr_ada",
    flashduty: 5_100_000_000_001,
    pagerduty: "PADA001",
    name: "Ada Lovelace",
    email: "ada@sandbox.test",
    timeZone: "Europe/London",
  },
  {
    opsknight: "usr_grace",
    flashduty: 5_100_000_000_002,
    pagerduty: "PGRACE1",
    name: "Grace Hopper",
    email: "grace@sandbox.test",
    timeZone: "America/New_York",
  },
  {
    opsknight: "usr_kei",
    flashduty: 5_100_000_000_003,
    pagerduty: "PKEI001",
    name: "藤井 慧",
    email: "kei@sandbox.test",
    timeZone: "Asia/Tokyo",
  },
] as const;

export const services = [
  {
    opsknight: "svc_checkout",
    flashduty: 4_100_000_000_001,
    pagerduty: "PCHKOUT",
    name: "Checkout",
    description: "Takes payments",
    team: 1,
  },
  {
    opsknight: "svc_search",
    flashduty: 4_100_000_000_002,
    pagerduty: "PSEARCH",
    name: "Search",
    description: "Finds things",
    team: 1,
  },
  {
    opsknight: "svc_database",
    flashduty: 4_100_000_000_003,
    pagerduty: "PDATABS",
    name: "Database",
    description: "Keeps things",
    team: 0,
  },
] as const;

export const teams = [
  {
    opsknight: "team_platform",
    flashduty: 6_100_000_000_001,
    pagerduty: "PTPLAT1",
    name: "Platform",
    description: "What the others stand on",
    members: [0, 1],
  },
  {
    opsknight: "team_shop",
    flashduty: 6_100_000_000_002,
    pagerduty: "PTSHOP1",
    name: "Shop",
    description: "What customers see",
    members: [2],
  },
] as const;

/** The escalation of a service: who is asked first, who then. The last service has none. */
export const escalationRules = [
  { id: "5a4db0c5e5ca1a7e00000001", service: 0, name: "Checkout, day and night", levels: [[0], [1], [0, 1, 2]] },
  { id: "5a4db0c5e5ca1a7e00000003", service: 0, name: "Everybody at once", levels: [[0, 1, 2]] },
  { id: "5a4db0c5e5ca1a7e00000002", service: 1, name: "Search, office hours", levels: [[2], [0]] },
] as const;

/** The service with this id of a vendor. */
export function findService(vendor: VendorName, id: string) {
  return services.find((one) => String(one[vendor]) === id);
}

/** The person with this id of a vendor. */
export function findPerson(vendor: VendorName, id: string | undefined) {
  return people.find((one) => String(one[vendor]) === id);
}

/** Rotas: indexes of the people now and next; nobody is on call on the last one. */
export const schedules = [
  {
    opsknight: "sch_primary",
    flashduty: 7_100_000_000_001,
    pagerduty: "PPRIMRY",
    name: "Primary",
    timeZone: "UTC",
    current: 0,
    next: 1,
  },
  {
    opsknight: "sch_secondary",
    flashduty: 7_100_000_000_002,
    pagerduty: "PSECOND",
    name: "Secondary",
    timeZone: "Europe/Berlin",
    current: 1,
    next: 2,
  },
  {
    opsknight: "sch_weekend",
    flashduty: 7_100_000_000_003,
    pagerduty: "PWEEKND",
    name: "Weekend",
    timeZone: "Asia/Tokyo",
    current: null,
    next: 2,
  },
] as const;

interface SeedIncident {
  title: string;
  description?: string;
  status: "OPEN" | "ACKNOWLEDGED" | "RESOLVED";
  urgency: "HIGH" | "MEDIUM" | "LOW";
  service: Record<VendorName, string>;
  assignee?: Record<VendorName, string>;
  dedupKey: string;
  labels?: Record<string, string>;
  minutesAgo: number;
}

const service = (index: 0 | 1 | 2) => ({
  opsknight: services[index].opsknight,
  flashduty: String(services[index].flashduty),
  pagerduty: services[index].pagerduty,
});
const person = (index: 0 | 1 | 2) => ({
  opsknight: people[index].opsknight,
  flashduty: String(people[index].flashduty),
  pagerduty: people[index].pagerduty,
});
const day = 24 * 60;

/** The oldest come last. */
const seedIncidents: SeedIncident[] = [
  {
    title: "Payments failing in eu-west",
    description: "Error rate 12 %",
    status: "OPEN",
    urgency: "HIGH",
    service: service(0),
    dedupKey: "seed-1",
    labels: { service: "checkout", env: "production", region: "eu-west" },
    minutesAgo: 14,
  },
  {
    title: "検索が遅い 🔥 p99 4 s",
    status: "ACKNOWLEDGED",
    urgency: "MEDIUM",
    service: service(1),
    assignee: person(2),
    dedupKey: "seed-2",
    minutesAgo: 95,
  },
  // A title that clears the screen when it is printed unchanged.
  {
    title: "Replica lag \u001b[2J on db-2",
    status: "OPEN",
    urgency: "LOW",
    service: service(2),
    dedupKey: "seed-3",
    minutesAgo: 180,
  },
  {
    title: "Certificate expires in 3 days",
    status: "RESOLVED",
    urgency: "LOW",
    service: service(0),
    assignee: person(0),
    dedupKey: "seed-4",
    minutesAgo: 2 * day,
  },
  {
    title: "Nightly backup failed",
    status: "RESOLVED",
    urgency: "HIGH",
    service: service(2),
    assignee: person(1),
    dedupKey: "seed-5",
    minutesAgo: 5 * day,
  },
  // Older than the window that one call of Flashduty sees.
  {
    title: "Quota of e-mail provider nearly used up",
    status: "OPEN",
    urgency: "MEDIUM",
    service: service(1),
    dedupKey: "seed-6",
    minutesAgo: 45 * day,
  },
];

/** Puts the first incidents into a new store, so old that whatever a user does comes before them. */
export function seedStore(put: (vendor: VendorName, incident: NewIncident) => void, now: () => Date): void {
  const at = now();
  // Ids count up over all vendors: those of the first two are what they were before there were more.
  for (const vendors of [incidentVendors.slice(0, 2), incidentVendors.slice(2)])
    for (const one of seedIncidents.toReversed())
      for (const vendor of vendors) put(vendor, toIncident(one, vendor, at));
}

function toIncident(one: SeedIncident, vendor: VendorName, now: Date): NewIncident {
  const createdAt = now.getTime() - one.minutesAgo * 60_000;
  const assignee = one.assignee?.[vendor];
  const acknowledgedAt = one.status === "OPEN" ? null : createdAt + 120_000;
  return {
    title: one.title,
    description: one.description ?? null,
    service: one.service[vendor],
    urgency: one.urgency,
    status: one.status,
    dedupKey: one.dedupKey,
    labels: one.labels ?? null,
    assignees: assignee === undefined ? [] : [assignee],
    acks: assignee === undefined || acknowledgedAt === null ? [] : [{ person: assignee, at: acknowledgedAt }],
    createdAt,
    acknowledgedAt,
    resolvedAt: one.status === "RESOLVED" ? createdAt + 600_000 : null,
  };
}

export const runbooks = [
  {
    id: "runbook-1",
    title: "Payments failing",
    tags: ["checkout"],
    body: "# Payments failing\n\n1. Look at the provider's status page.\n2. Switch to the second provider.\n",
  },
  {
    id: "runbook-2",
    title: "Replica lag of the database",
    tags: [],
    body: "# Replica lag of the database\n\n1. Find the long transaction.\n2. End it.\n",
  },
  {
    id: "runbook-3",
    title: "検索が遅い",
    tags: ["search"],
    body: "# Search is slow\n\n- Is the index being rebuilt?\n- `curl localhost:9200/_cat/health`\n",
  },
] as const;

export const contacts = [
  { id: "contact-1", name: "Data centre", phone: "+44 20 7946 0000" },
  { id: "contact-2", name: "Payment provider", phone: "+44 20 7946 0001" },
] as const;

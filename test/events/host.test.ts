import { describe, expect, it } from "vitest";
import { type HostFacts, placeOf } from "../../src/events/host.ts";

const pod = { KUBERNETES_SERVICE_HOST: "10.96.0.1" };

function of(hostname: string, more: Partial<HostFacts> = {}) {
  return placeOf({ hostname, env: {}, inContainer: false, namespace: null, ...more });
}

describe("the place in a dedup key", () => {
  it.each([
    ["a server", "web-01", {}, "web-01"],
    ["a server in a domain", "web-01.example.com", {}, "web-01.example.com"],
    ["a server whose name has long words", "db-primary-east1", {}, "db-primary-east1"],
    ["a container with a name of its own", "mail", { inContainer: true }, "mail"],
    ["a server that is called like a container", "b827eb123456", {}, "b827eb123456"],
    ["a pod of a StatefulSet", "db-0", { env: pod, inContainer: true }, "10.96.0.1/db-0"],
  ] as const)("is the name of %s", (_, hostname, more, name) => {
    expect(of(hostname, more)).toEqual({ name, lasting: true });
  });

  it.each([
    ["a CronJob, also where nothing else shows a pod", "backup-29824580-tznrr", {}, "backup"],
    ["a Deployment", "web-7d9f8b6c5d-x9k2p", {}, "web"],
    ["a Deployment with a dash", "web-api-7d9f8b6c5d-x9k2p", { env: pod, namespace: "shop" }, "10.96.0.1/shop/web-api"],
    ["a DaemonSet", "agent-x9k2p", { env: pod }, "10.96.0.1/agent"],
    ["a service of Cloud Run", "localhost", { env: { K_SERVICE: "report" } }, "report"],
    ["a function", "169.254.1.1", { env: { AWS_LAMBDA_FUNCTION_NAME: "sync" } }, "sync"],
    ["a container, by ONDUTY_JOB", "4f0c1a2b3d4e", { inContainer: true, env: { ONDUTY_JOB: "backup" } }, "backup"],
  ] as const)("is the workload of %s", (_, hostname, more, name) => {
    expect(of(hostname, more)).toEqual({ name, lasting: true });
  });

  it("is the same for two pods of a CronJob", () => {
    expect(of("backup-29824580-tznrr")).toEqual(of("backup-29826020-x9k2p"));
  });

  it("differs between clusters and namespaces", () => {
    const hostname = "backup-29824580-tznrr";
    const places = [
      of(hostname, { env: pod, namespace: "shop" }),
      of(hostname, { env: pod, namespace: "mail" }),
      of(hostname, { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, namespace: "shop" }),
    ];
    expect(new Set(places.map(({ name }) => name)).size).toBe(3);
  });

  it.each([
    ["a container without a name", "4f0c1a2b3d4e", { inContainer: true }],
    ["a worker of an unknown CI service", "runner-7", { env: { CI: "true" } }],
    ["a host without a name", "localhost", {}],
    ["a task of Amazon ECS", "ip-10-0-0-7.ec2.internal", { env: { ECS_CONTAINER_METADATA_URI_V4: "http://x" } }],
  ] as const)("does not last for %s", (_, hostname, more) => {
    expect(of(hostname, more)).toMatchObject({ lasting: false });
  });
});

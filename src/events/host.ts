import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Env } from "./ci-services.ts";

/** What this machine is, as far as its name in a dedup key is concerned. */
export interface HostFacts {
  hostname: string;
  env: Env;
  /** Whether a container runs us. */
  inContainer: boolean;
  /** Of the pod. */
  namespace: string | null;
}

/** Where an event comes from, outside of a known CI job. */
export interface Place {
  /** The host; of what has another host in every run, the workload. */
  name: string;
  /** Whether the next run has the same name. Without it, no later event can be about the same problem. */
  lasting: boolean;
}

/** Reads what the machine shows of itself. */
export function hostFacts(env: Env): HostFacts {
  return {
    hostname: hostname(),
    env,
    inContainer: isSet(env.KUBERNETES_SERVICE_HOST) || isContainer(),
    namespace:
      textOf("/var/run/secrets/kubernetes.io/serviceaccount/namespace").trim() || env.POD_NAMESPACE?.trim() || null,
  };
}

/**
 * The place that a dedup key names. A pod, a container and a CI worker have another name next time, so what runs in them is named
 * instead: the CronJob, Deployment, DaemonSet or Job of a pod, what a platform calls the service, or `ONDUTY_JOB`.
 */
export function placeOf(facts: HostFacts): Place {
  const { env } = facts;
  const platform = first(env, platforms);
  if (platform !== undefined) return { name: platform, lasting: true };
  const workload = workloadOf(facts);
  if (workload !== undefined) return { name: inCluster(facts, workload), lasting: true };
  if (!isThrowaway(facts)) return { name: inCluster(facts, facts.hostname), lasting: true };
  const named = first(env, ["ONDUTY_JOB", "NOMAD_JOB_NAME", "FLY_APP_NAME"]);
  return named === undefined ? { name: facts.hostname, lasting: false } : { name: named, lasting: true };
}

/** Names of what runs on platforms where no host lasts. Source: the page of each on its environment variables. */
const platforms = [
  "CLOUD_RUN_JOB",
  "K_SERVICE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "CONTAINER_APP_JOB_NAME",
  "CONTAINER_APP_NAME",
];

/**
 * The workload that the name of a pod begins with: `backup-29824580-tznrr` of a CronJob (the number is the minute of its run),
 * `web-7d9f8b6c5d-x9k2p` of a Deployment, `agent-x9k2p` of a DaemonSet or a Job. Kubernetes makes these endings without vowels and
 * without 0, 1 and 3. A StatefulSet keeps its names. Source: kubernetes/apimachinery, `util/rand`.
 */
function workloadOf({ hostname: name, env }: HostFacts): string | undefined {
  const cronJob = /^(.+)-\d{6,}-[a-z0-9]{5}$/.exec(name)?.[1];
  if (cronJob !== undefined) return cronJob;
  const isPod = isSet(env.KUBERNETES_SERVICE_HOST);
  const deployment = /^(.+)-(?=[a-z]*\d)[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
  const podOfDeployment = /^(.+)-(?=[a-z]*\d)[a-z0-9]{6,10}-[a-z0-9]{5}$/;
  const found = (isPod ? podOfDeployment : deployment).exec(name)?.[1];
  if (found !== undefined || !isPod) return found;
  return /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(name)?.[1];
}

/** Clusters and namespaces have workloads of one name. The address of the API in a cluster never changes. */
function inCluster({ env, namespace }: HostFacts, name: string): string {
  if (!isSet(env.KUBERNETES_SERVICE_HOST)) return name;
  return [env.KUBERNETES_SERVICE_HOST, namespace, name].filter((part) => part !== null).join("/");
}

function isThrowaway({ hostname: name, env, inContainer }: HostFacts): boolean {
  // Of a CI worker that gives nothing else, and of a task of Amazon ECS.
  if (isOn(env.CI) || isSet(env.ECS_CONTAINER_METADATA_URI_V4) || isSet(env.ECS_CONTAINER_METADATA_URI)) return true;
  if (/^(localhost(\..*)?|\(none\)|)$/.test(name)) return true;
  // Whoever starts a container may give it a name; else it is its id.
  return (
    inContainer && /^([0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(name)
  );
}

function isContainer(): boolean {
  if (existsSync("/.dockerenv") || existsSync("/run/.containerenv")) return true;
  if (/docker|containerd|kubepods|libpod|crio/.test(textOf("/proc/self/cgroup"))) return true;
  // With its own namespace of control groups a container shows none; its name is a file that is mounted.
  return / \/etc\/hostname /.test(textOf("/proc/self/mountinfo"));
}

function first(env: Env, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "");
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

function isOn(value: string | undefined): boolean {
  return isSet(value) && value !== "false" && value !== "0";
}

/** The text of a file; empty without one. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

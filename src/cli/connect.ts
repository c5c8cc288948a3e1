import { keyVariables, type ResolvedSettings, resolveSettings, usesEnvironment } from "../config/settings.ts";
import { type Config, keyField } from "../config/store.ts";
import type { Connected, ConnectOptions, Context, GlobalOptions } from "../context.ts";
import { CliError } from "../errors.ts";
import type { HttpClient } from "../http/client.ts";
import type { Dialect } from "../http/dialect.ts";
import { maskKey } from "../keys/mask.ts";
import { readKey } from "../keys/read.ts";
import type { Secrets } from "../keys/secrets.ts";
import type { DryRequest } from "../model/dry-request.ts";
import { type KeyKind, keyKinds, keyNames } from "../model/key.ts";
import { messageLine } from "../output/notice.ts";
import { loadProvider } from "../providers/index.ts";
import type { Connection, ProviderMemory } from "../providers/provider.ts";

/** What `connect` needs of the process besides the context. */
export interface ConnectTools {
  /** Each key that is read is added, so that it is masked in all output. */
  secrets: Secrets;
  /** Called with each client that is created, so that it is closed at the end. */
  onClient(client: HttpClient): void;
}

type ProfileOptions = Pick<GlobalOptions, "profile"> & MessageOptions;

/** What decides whether messages are JSON. */
type MessageOptions = Pick<GlobalOptions, "json" | "output" | "jq">;

/** A message on stderr: JSON where errors are JSON. */
async function report(
  { streams, env, redact }: Context,
  { json, jq, output }: MessageOptions,
  text: string,
  kind?: "debug",
): Promise<void> {
  const format = output ?? env.ONDUTY_OUTPUT;
  const asJson = json === true || jq !== undefined || format === "json" || format === "ndjson";
  await streams.err.write(messageLine(redact(text), asJson, kind));
}

/** The profile these options and this environment name, with the source of each value. */
async function resolveProfile(context: Context, options: ProfileOptions): Promise<ResolvedSettings> {
  const { env, vendors } = context;
  const named = options.profile === undefined ? {} : { named: options.profile };
  return resolveSettings({ ...named, env, config: await loadConfig(context, options), vendors });
}

/**
 * The configuration. Where the environment is the profile no file is needed, so one that cannot be read, such as that of the user
 * whose HOME was left in the environment, is a warning.
 */
async function loadConfig(context: Context, options: ProfileOptions): Promise<Config> {
  try {
    return await context.config.load();
  } catch (error) {
    if (!(error instanceof CliError) || !usesEnvironment(options.profile, context.env)) throw error;
    await warnOnce(context, options, `warning: ${error.message}; the profile of the environment is used`);
    return { profiles: new Map() };
  }
}

const warned = new WeakMap<Context, Set<string>>();

/** A command may connect several times. */
async function warnOnce(context: Context, options: MessageOptions, line: string): Promise<void> {
  const lines = warned.get(context) ?? new Set();
  warned.set(context, lines);
  if (lines.has(line)) return;
  lines.add(line);
  await report(context, options, line);
}

/** See `Context.connect`. */
export async function connect(context: Context, options: ConnectOptions, tools: ConnectTools): Promise<Connected> {
  const settings = await resolveProfile(context, options);
  const provider = await loadProvider(settings.vendor);
  const clients = new Map<KeyKind | null, Promise<HttpClient>>();
  const dryRequests: DryRequest[] = [];
  const shownKeys = new Map<KeyKind, string>();
  const { signal = context.signal } = options;
  const isOne = options.allProfiles !== true && (options.profiles ?? []).length < 2;
  const whose = isOne ? "" : `${settings.name}: `;
  let waitingUntil = 0;
  const debug = (line: string): void => {
    if (options.debug === true) void report(context, options, line, "debug");
  };

  async function dialectOf(kind: KeyKind | null): Promise<Dialect> {
    if (kind === null) return { ...provider.dialect("api", ""), keyKind: null, authorize: () => {} };
    const stored = settings.keys.get(kind);
    if (stored === undefined) throw missingKey(settings, kind);
    const key = await readKey(stored.source, {
      env: context.env,
      signal,
      keyring: context.keyring,
      ...(options.keyTimeoutMs !== undefined && { timeoutMs: options.keyTimeoutMs }),
    });
    tools.secrets.add(key);
    shownKeys.set(kind, maskKey(key, context.vendors));
    try {
      return provider.dialect(kind, key);
    } catch (error) {
      if (!(error instanceof CliError) || error.reason !== "keyForm") throw error;
      throw error.reworded(error.message, { hint: howToSet(settings, kind) });
    }
  }

  async function createClient(kind: KeyKind | null): Promise<HttpClient> {
    const dialect = await dialectOf(kind);
    const { createHttpClient } = await import("../http/client.ts");
    const { baseUrl, allowHttp, caFile, proxy } = settings.values;
    const { requestIdHeader } = settings.vendor;
    const { routePrefix } = settings.vendor.baseUrl;
    const client = createHttpClient({
      baseUrl: settings.vendor.keys[kind ?? "api"]?.origins?.[baseUrl.value] ?? baseUrl.value,
      ...(requestIdHeader !== undefined && { requestIdHeader }),
      ...(routePrefix !== undefined && { routePrefix }),
      dialect,
      timeoutMs: options.timeout,
      maxWaitMs: options.maxWait,
      ...(allowHttp?.value === true && { allowHttp: true }),
      ...(caFile && { caFile: caFile.value }),
      ...(proxy && { proxy: proxy.value }),
      env: context.env,
      userAgent: `onduty/${context.version}`,
      redact: tools.secrets.redact,
      maskReceived: tools.secrets.maskReceived,
      ...(options.debug === true && { debug }),
      ...(options.maxWaitLeft && { maxWaitLeft: options.maxWaitLeft }),
      ...(options.patient === true && { patient: true }),
      onWait: (ms, why) => {
        const until = context.now().getTime() + ms;
        // Requests at the same time wait for the same limit.
        if (until < waitingUntil + 1000) return;
        waitingUntil = until;
        // Only waits that a person notices are worth a line.
        if (options.quiet !== true && ms >= 1000)
          void report(context, options, `${whose}waiting ${Math.ceil(ms / 1000)} s: ${why}`);
      },
      signal,
      now: () => context.now(),
    });
    tools.onClient(client);
    if (options.dryRun !== true) return client;
    const { dryRunClient } = await import("../http/dry-run.ts");
    return dryRunClient(client, (route, { query = {}, search, body, shownBody, bodyText }) => {
      const [method = "", path = ""] = route.split(" ");
      const given = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      );
      dryRequests.push({
        method,
        route: path,
        query: { ...Object.fromEntries(new URLSearchParams(search)), ...Object.fromEntries(given) },
        body: bodyText === undefined ? (shownBody ?? body ?? null) : JSON.parse(bodyText),
      });
    });
  }

  const { service, routingKey, user } = settings.values;
  const connection: Connection = {
    profile: {
      name: settings.name,
      ...(options.profile !== undefined && { isNamed: true }),
      provider: settings.vendor.name,
      baseUrl: settings.values.baseUrl.value,
      ...(service && { service: service.value }),
      ...(routingKey && { routingKey: routingKey.value }),
      ...(user && { user: user.value }),
    },
    keys: new Set(settings.keys.keys()),
    http(kind = "api") {
      const made = clients.get(kind) ?? createClient(kind);
      clients.set(kind, made);
      return made;
    },
    now: () => context.now(),
    pause: (ms) => context.pause(ms),
    memory: lazyMemory(context, { name: settings.name, baseUrl: settings.values.baseUrl.value }),
    debug,
    signal,
  };
  return { provider, connection, dryRequests, shownKeys };
}

/** A memory whose code is loaded when it is used. */
function lazyMemory({ stateDir }: Context, profile: { name: string; baseUrl: string }): ProviderMemory {
  let opened: Promise<ProviderMemory> | undefined;
  const memory = (): Promise<ProviderMemory> => {
    opened ??= import("./provider-memory.ts").then(({ openProviderMemory }) => openProviderMemory(stateDir, profile));
    return opened;
  };
  return {
    read: async () => (await memory()).read(),
    write: async (facts) => (await memory()).write(facts),
    addPeople: async (people) => (await memory()).addPeople(people),
  };
}

function missingKey(settings: ResolvedSettings, kind: KeyKind): CliError {
  const others = keyKinds.filter((other) => settings.keys.has(other)).map((other) => keyNames[other]);
  const has = others.length === 0 ? "" : `; it has only an ${others.join(" and a ")}, which cannot do this`;
  return new CliError("auth", `profile "${settings.name}" has no ${keyNames[kind]}${has}`, {
    hint: howToSet(settings, kind),
    reason: keyField[kind],
  });
}

function howToSet({ name }: ResolvedSettings, kind: KeyKind): string {
  if (name === "env") return `set ${keyVariables[kind]}`;
  return `onduty keys set ${name}${kind === "api" ? "" : ` --kind ${kind}`}`;
}

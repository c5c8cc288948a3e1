import { type Settled, settle } from "../config/settings.ts";
import { keyField } from "../config/store.ts";
import type { Connected, ConnectOptions, Context, GlobalOptions } from "../context.ts";
import { CliError } from "../errors.ts";
import type { HttpClient } from "../http/client.ts";
import { readKey } from "../keys/read.ts";
import type { DryRequest } from "../model/dry-request.ts";
import { type KeyKind, keyKinds } from "../model/key.ts";
import { defaultBaseUrls, loadProvider } from "../providers/index.ts";
import type { Connection } from "../providers/provider.ts";

/** What `connect` needs of the process besides the context. */
export interface ConnectTools {
  /** Told of every key that is read, so that it is masked wherever a text leaves the program. */
  addSecret(secret: string): void;
  /** Masks every key that was read so far. */
  redact(text: string): string;
  /** Told of every client made, so that it is closed at the end. */
  onClient(client: HttpClient): void;
}

/** The profile these options and this environment name, with the source of each value. */
export async function settleProfile(context: Context, options: Pick<GlobalOptions, "profile">): Promise<Settled> {
  const { env } = context;
  const named = options.profile === undefined ? {} : { named: options.profile };
  return settle({ ...named, env, config: await context.config.load(), defaults: defaultBaseUrls });
}

/** See `Context.connect`. */
export async function connect(context: Context, options: ConnectOptions, tools: ConnectTools): Promise<Connected> {
  const settled = await settleProfile(context, options);
  const provider = await loadProvider(settled.provider);
  const clients = new Map<KeyKind, Promise<HttpClient>>();
  const dryRequests: DryRequest[] = [];
  const debug = (line: string): void => {
    if (options.debug === true) void context.streams.err.write(`${context.redact(line)}\n`);
  };

  async function createClient(kind: KeyKind): Promise<HttpClient> {
    const stored = settled.keys.get(kind);
    if (stored === undefined) throw missingKey(settled, kind);
    const key = await readKey(stored.source, {
      env: context.env,
      signal: context.signal,
      keyring: context.keyring,
      ...(options.keyTimeoutMs !== undefined && { timeoutMs: options.keyTimeoutMs }),
    });
    tools.addSecret(key);
    const { createHttpClient } = await import("../http/create.ts");
    const { baseUrl, allowHttp, caFile, proxy } = settled.values;
    const client = createHttpClient({
      baseUrl: baseUrl.value,
      dialect: provider.dialect(kind, key),
      timeoutMs: options.timeout,
      maxWaitMs: options.maxWait,
      ...(allowHttp?.value === true && { allowHttp: true }),
      ...(caFile && { caFile: caFile.value }),
      ...(proxy && { proxy: proxy.value }),
      env: context.env,
      userAgent: `onduty/${context.version}`,
      redact: (text) => tools.redact(text),
      ...(options.debug === true && { debug }),
      ...(options.maxWaitLeft && { maxWaitLeft: options.maxWaitLeft }),
      ...(options.patient === true && { patient: true }),
      onWait: (ms, why) => {
        if (options.quiet !== true) void tellWait(context, ms, why);
      },
      signal: context.signal,
      now: () => context.now(),
    });
    tools.onClient(client);
    if (options.dryRun !== true) return client;
    const { dryRunClient } = await import("../http/dry-run.ts");
    return dryRunClient(client, (route, { query = {}, search, body, bodyText }) => {
      const [method = "", path = ""] = route.split(" ");
      const given = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      );
      dryRequests.push({
        method,
        route: path,
        query: { ...Object.fromEntries(new URLSearchParams(search)), ...Object.fromEntries(given) },
        body: bodyText === undefined ? (body ?? null) : JSON.parse(bodyText),
      });
    });
  }

  const { service, routingKey, user } = settled.values;
  const connection: Connection = {
    profile: {
      name: settled.name,
      provider: settled.provider,
      baseUrl: settled.values.baseUrl.value,
      ...(service && { service: service.value }),
      ...(routingKey && { routingKey: routingKey.value }),
      ...(user && { user: user.value }),
    },
    keys: new Set(settled.keys.keys()),
    http(kind = "api") {
      const made = clients.get(kind) ?? createClient(kind);
      clients.set(kind, made);
      return made;
    },
    now: () => context.now(),
    debug,
    signal: context.signal,
  };
  return { provider, connection, dryRequests };
}

async function tellWait(context: Context, ms: number, why: string): Promise<void> {
  // Short waits would be noise; what a person notices is worth a line.
  if (ms >= 1000) await context.streams.err.write(`${context.redact(`waiting ${Math.ceil(ms / 1000)} s: ${why}`)}\n`);
}

function missingKey(settled: Settled, kind: KeyKind): CliError {
  const names = { api: "API key", integration: "integration key", change: "change key" };
  const others = keyKinds.filter((other) => settled.keys.has(other)).map((other) => names[other]);
  const has = others.length === 0 ? "" : `; it has only an ${others.join(" and a ")}, which cannot do this`;
  const variable = { api: "ONDUTY_API_KEY", integration: "ONDUTY_INTEGRATION_KEY", change: "ONDUTY_CHANGE_KEY" }[kind];
  const hint =
    settled.name === "env"
      ? `set ${variable}`
      : `onduty keys set ${settled.name}${kind === "api" ? "" : ` --kind ${kind}`}`;
  return new CliError("auth", `profile "${settled.name}" has no ${names[kind]}${has}`, {
    hint,
    reason: keyField[kind],
  });
}

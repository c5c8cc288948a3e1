// Which modules come into one file: files cost more than bytes, so what is always loaded together is one.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

const root = join(import.meta.dirname, "../..");

/** Files, and folders with all that is in them. A name that is not there any more fails the build: see `modulesOf`. */
const delivery = [
  "src/spool",
  "src/events/backlog.ts",
  "src/events/check.ts",
  "src/events/clear-keys.ts",
  "src/events/conclusion.ts",
  "src/events/deliver.ts",
  "src/events/deliver-one.ts",
  "src/events/delivery-tools.ts",
  "src/events/fit-size.ts",
  "src/events/flush.ts",
  "src/events/openings.ts",
  "src/events/outcome.ts",
  "src/events/repair.ts",
  "src/events/silenced.ts",
  "src/events/spooled.ts",
];

/** What delivers many events. */
const bulk = [
  "src/concurrency/channel.ts",
  "src/concurrency/keyed-queue.ts",
  "src/concurrency/notifier.ts",
  "src/concurrency/pacer.ts",
  "src/concurrency/work-queue.ts",
  "src/events/bulk.ts",
  "src/events/held-batches.ts",
  "src/events/outage.ts",
];

/** What all commands that send events begin with. */
const event = [
  "src/cli/families/event-delivery.ts",
  "src/cli/families/event-fields.ts",
  "src/cli/families/event-follow-up.ts",
  "src/commands/events/trigger.ts",
  "src/events/ci-services.ts",
  "src/events/ci.ts",
  "src/events/dedup-key.ts",
  "src/events/defaults.ts",
  "src/events/host.ts",
  "src/events/new-event.ts",
  "src/events/origin.ts",
  "src/events/vendor.ts",
  "src/events/status-words.ts",
];

/** What lists incidents. */
const incidents = ["src/cli/families/incident-filter.ts", "src/commands/incidents/list.ts"];

/** What else is done with them. */
const incidentWork = [
  "src/cli/families/incident-action.ts",
  "src/cli/families/incident-ids.ts",
  "src/commands/incidents",
  "src/dashboard/watch.ts",
];

/** What prints a prompt that is known. A status asks the same profiles. */
const prompt = [
  "src/cli/families/known-prompt.ts",
  "src/cli/families/me.ts",
  "src/cli/families/status-profiles.ts",
  "src/cli/profiles-to-ask.ts",
  "src/prompt",
];

/** All of `status` but what reads a spool that is not empty. */
const status = ["src/commands/status.ts", "src/status"];

/** Small modules that most commands load: a file for each would cost more than its content. */
const shared = [
  "node_modules/p-map/index.js",
  "src/cli/arguments/details-file.ts",
  "src/cli/arguments/duration.ts",
  "src/cli/arguments/event-time.ts",
  "src/cli/arguments/ids.ts",
  "src/cli/arguments/links.ts",
  "src/cli/arguments/name-value.ts",
  "src/cli/arguments/past-span.ts",
  "src/cli/arguments/point-in-time.ts",
  "src/cli/arguments/stdin.ts",
  "src/cli/arguments/list-options.ts",
  "src/cli/command.ts",
  "src/cli/families/listing.ts",
  "src/cli/families/shifts.ts",
  "src/cli/provider-memory.ts",
  "src/cli/run-command.ts",
  "src/concurrency/deadline.ts",
  "src/concurrency/sleep.ts",
  "src/concurrency/within.ts",
  "src/directory/resolve.ts",
  "src/disk/files.ts",
  "src/disk/nowhere.ts",
  "src/events/no-place.ts",
  "src/events/on-spool.ts",
  "src/model",
  "src/output/dry-run.ts",
  "src/output/listing.ts",
  "src/output/not-printed.ts",
  "src/output/result.ts",
  "src/providers/filter.ts",
  "src/providers/outcome.ts",
  "src/providers/wire.ts",
  "src/spool/folders.ts",
];

/**
 * What is not used in the middle of the night, nor by scripts again and again. A part of the program that has nothing else is packed
 * with the others of its kind: see `packRare` in bin/build.js.
 */
const rare = [
  "src/api",
  "src/cli/completion/bash.ts",
  "src/cli/completion/fish.ts",
  "src/cli/completion/install.ts",
  "src/cli/completion/powershell.ts",
  "src/cli/completion/script.ts",
  "src/cli/completion/shells.ts",
  "src/cli/completion/zsh.ts",
  "src/cli/families/api-request.ts",
  "src/cli/families/content.ts",
  "src/cli/families/directory.ts",
  "src/cli/families/key-source.ts",
  "src/cli/families/overrides.ts",
  "src/cli/families/profile-address.ts",
  "src/cli/families/webhook-signature.ts",
  "src/cli/help",
  "src/commands/api.ts",
  "src/commands/changes",
  "src/commands/completion.ts",
  "src/commands/content",
  "src/commands/doctor.ts",
  "src/commands/events/notify.ts",
  "src/commands/events/reconcile.ts",
  "src/commands/events/send.ts",
  "src/commands/handoff.ts",
  "src/commands/help.ts",
  "src/commands/keys/remove.ts",
  "src/commands/keys/set.ts",
  "src/commands/oncall/take.ts",
  "src/commands/profiles/add.ts",
  "src/commands/profiles/edit.ts",
  "src/commands/profiles/import.ts",
  "src/commands/profiles/remove.ts",
  "src/commands/profiles/rename.ts",
  "src/commands/sandbox.ts",
  "src/commands/schedules",
  "src/commands/services",
  "src/commands/silences",
  "src/commands/spool",
  "src/commands/stats.ts",
  "src/commands/teams",
  "src/commands/users",
  "src/commands/webhooks",
  "src/config/conf.ts",
  "src/config/json-position.ts",
  "src/config/update.ts",
  "src/content",
  "src/dashboard",
  "src/directory/rota.ts",
  "src/directory/rows.ts",
  "src/directory/shapes.ts",
  "src/doctor",
  "src/events/flusher.ts",
  "src/events/input-sender.ts",
  "src/events/line-outcome.ts",
  "src/events/notify",
  "src/events/profile-connections.ts",
  "src/events/reconcile",
  "src/events/sources",
  "src/events/spool-entries.ts",
  "src/events/totals.ts",
  "src/incidents/desktop.ts",
  "src/incidents/exec.ts",
  "src/overrides",
  "src/profiles/change.ts",
  "src/profiles/import.ts",
  "src/profiles/sandbox-profiles.ts",
  "src/providers/opsknight/webhook-signature.ts",
  "src/providers/opsknight/webhooks.ts",
  "src/providers/pagerduty/pd-config.ts",
  "src/providers/pagerduty/webhooks.ts",
  "src/reports",
  "src/sandbox/chaos.ts",
  "src/sandbox/model.ts",
  "src/sandbox/seed.ts",
  "src/sandbox/served.ts",
  "src/sandbox/webhooks.ts",
  "src/silences/shape.ts",
  "src/webhooks",
];

/** The same of libraries: what writes the configuration, CSV and Markdown, opens a page, and draws the dashboard. */
const rarePackages = new RegExp(
  `(?:node_modules[\\\\/]|part:)(?:${[
    ...["ansi-escapes", "atomically", "conf", "csv-stringify", "define-lazy-prop", "environment", "is-docker"],
    ...["is-in-ssh", "is-inside-container", "is-wsl", "jsonc-parser", "markdown-table", "open", "powershell-utils"],
    ...["stubborn-fs", "stubborn-utils", "when-exit", "wsl-utils"],
  ].join("|")})[\\\\/:]`,
);

/** What opens a connection: it is on its way while the rest of undici is loaded. */
const connecting =
  /[\\/]undici[\\/]lib[\\/](core[\\/](connect|constants|errors|symbols|util)|util[\\/]timers)\.js$|part:undici:(\.\/tree|node:assert|node:http)$/;

/** All that a request needs of undici; the rest is loaded where it is used. */
const undici = /[\\/]undici[\\/]lib[\\/](?!.*(proxy|socks|api-))/;

/** The server of `onduty mcp` with the library of its protocol, which no other command loads. */
const mcp = /[\\/]node_modules[\\/](@modelcontextprotocol|zod|zod-to-json-schema)[\\/]|[\\/]src[\\/]cli[\\/]mcp[\\/]/;

/** How wide a text is; for tables, and for the spinner. */
const width = /[\\/]src[\\/]output[\\/]fit\.ts$|[\\/](string-width|get-east-asian-width|strip-ansi|ansi-regex)[\\/]/;

/** Modules that each named chunk must have. If one is missing, the chunks are cut in the wrong places. */
const landmarks = {
  core: "src/main.ts",
  http: "src/http/client.ts",
  delivery: "src/spool/spool.ts",
  incidents: "src/commands/incidents/list.ts",
  "incident-work": "src/dashboard/watch.ts",
  mcp: "src/cli/mcp/serve.ts",
  prompt: "src/prompt/line.ts",
  shared: "src/providers/wire.ts",
  status: "src/status/report.ts",
  undici: "node_modules/undici/lib/dispatcher/client.js",
  width: "src/output/fit.ts",
};

/** What is small and may be loaded by any command. */
const everywhere = /rolldown\/runtime|\/src\/disk\/make-folder\.ts$/;

/** The groups of rolldown's `codeSplitting`. @throws {Error} when a module is named that does not exist */
export function chunkGroups() {
  const core = reachableFrom("src/main.ts", { followImports: false });
  const http = reachableFrom("src/http/client.ts", { followImports: true });
  const named = (name, list, priority = 0) => {
    const modules = modulesOf(list);
    return { name, test: (id) => modules.has(id), priority };
  };
  return [
    { name: "core", test: (id) => core.has(id) || everywhere.test(id), priority: 3 },
    named("shared", shared, 2),
    { name: "http", test: (id) => http.has(id) || connecting.test(id), priority: 1 },
    named("on-call", ["src/directory/on-call.ts"], 2),
    { name: "width", test: width, priority: 2 },
    named("prompt", prompt, 1),
    named("status", status, 1),
    named("event", event, 1),
    named("delivery", delivery),
    named("incidents", incidents, 1),
    named("incident-work", incidentWork),
    named("bulk", bulk),
    { name: "mcp", test: mcp },
    { name: "undici", test: undici },
  ];
}

/** Whether a chunk is rarely used, by its modules. */
export function rareChunks() {
  const modules = modulesOf(rare);
  return (ids) => ids.every((id) => modules.has(id) || rarePackages.test(id));
}

/** @throws {Error} when a chunk lacks one of its modules */
export function checkChunks(output) {
  for (const [name, module] of Object.entries(landmarks)) {
    // A module that is loaded on demand may give its name to another chunk.
    const chunks = output.filter((one) => one.type === "chunk" && one.name === name);
    if (!chunks.some(({ moduleIds }) => moduleIds.includes(join(root, module))))
      throw new Error(`the chunk "${name}" does not have ${module}: see ${import.meta.filename}`);
  }
}

/** The files of a list of files and folders, each with its absolute path. */
function modulesOf(names) {
  const files = names.flatMap((name) => {
    const path = join(root, name);
    if (!existsSync(path)) throw new Error(`${name} does not exist, but is named in ${import.meta.filename}`);
    if (!statSync(path).isDirectory()) return [path];
    const inside = readdirSync(path, { recursive: true }).filter((file) => file.endsWith(".ts"));
    return inside.map((file) => path + sep + file);
  });
  return new Set(files);
}

/** A source file and what it imports, of ours; with `followImports` also what it imports when it is needed. */
function reachableFrom(start, { followImports }) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(file, "utf8");
    const specifiers = [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+"(\.[^"]+\.ts)"/gm)];
    if (followImports) specifiers.push(...text.matchAll(/import\("(\.[^"]+\.ts)"\)/g));
    for (const [, specifier] of specifiers) visit(resolve(dirname(file), specifier));
  };
  visit(join(root, start));
  return found;
}

import { readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { checkBaseUrl } from "../config/settings.ts";
import { keyField, type Profile } from "../config/store.ts";
import type { Context } from "../context.ts";
import { CliError, usageError } from "../errors.ts";
import { mistakenKind } from "../keys/forms.ts";
import { cleanKey, looksLikeKey } from "../keys/read.ts";
import type { KeySource } from "../model/key.ts";
import type { Shape } from "../output/shape.ts";
import type { VendorDescriptor } from "../providers/descriptor.ts";
import type { ForeignAccount, ImportDescriptor } from "../providers/imports.ts";
import { intoKeyring, removeFromKeyring, type Warner } from "./keyring-entries.ts";

/* Profiles made of the accounts that another program has stored. Its file stays unchanged. */

/** A program whose accounts can be imported. */
export interface Importer {
  name: string;
  vendor: VendorDescriptor;
  from: ImportDescriptor;
}

/** All programs whose accounts can be imported. */
export function importers(vendors: readonly VendorDescriptor[]): Importer[] {
  return vendors.flatMap((vendor) =>
    Object.entries(vendor.imports ?? {}).map(([name, from]) => ({ name, vendor, from })),
  );
}

/** The result of one account. Never with its key. */
export interface Imported {
  profile: string;
  account: string | null;
  /** What the key is: `user`, `account`, `oauth`. */
  kind: string;
  user: string | null;
  outcome: "added" | "exists" | "failed";
  /** Where the key is stored; null for nowhere. */
  stored: "keyring" | "config file" | null;
  message: string | null;
}

export const importedShape: Shape<Imported> = {
  columns: [
    { header: "PROFILE", value: ({ profile }) => profile },
    { header: "OUTCOME", value: ({ outcome }) => outcome },
    { header: "ACCOUNT", value: ({ account }) => account, cut: 3 },
    { header: "KIND", value: ({ kind }) => kind },
    { header: "USER", value: ({ user }) => user, cut: 2 },
    { header: "KEY", value: ({ stored }) => stored },
    // At a terminal it is a warning, in full.
    { header: "MESSAGE", value: () => null, pipe: ({ message }) => message },
  ],
  fields: ["profile", "account", "kind", "user", "outcome", "stored", "message"],
  id: ({ profile }) => profile,
};

/** The file of a program on this machine. */
export function fileOf(
  { env, home }: Pick<Context, "env" | "home">,
  { folder, file, variable }: ImportDescriptor,
): string {
  const own = variable === undefined ? undefined : env[variable];
  if (own) return join(resolve(own), file);
  const base = [env.XDG_CONFIG_HOME, env.LOCALAPPDATA].find((path) => path !== undefined && isAbsolute(path));
  return join(base ?? join(home, ".config"), folder, file);
}

const maxChars = 10_000_000;

/** @throws {CliError} `usage`, with its path, when it cannot be read or is another program's */
export async function readAccounts({ name, from }: Importer, path: string, now: Date): Promise<ForeignAccount[]> {
  const hint = `onduty profiles import ${name} FILE`;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(
      `the file of ${name}, ${path}, ${code === "ENOENT" ? "is not found" : `cannot be read (${code})`}`,
      hint,
    );
  }
  const refuse = (why: string): CliError => usageError(`${path} cannot be the file of ${name}: ${why}`, hint);
  if (text.length > maxChars) throw refuse("it is too large");
  const read = await from.load();
  try {
    const accounts = read(text, now);
    if (accounts.length === 0) throw usageError("it has no accounts");
    return accounts;
  } catch (error) {
    throw error instanceof CliError ? refuse(error.message) : error;
  }
}

const existing = {
  outcome: "exists",
  stored: null,
  message: "a profile of this name exists; it is unchanged",
} as const;

/** What an account would become. */
export interface Planned extends Imported {
  isDefault: boolean;
  /** Absent where there is nothing to add. */
  add?: { profile: Profile; key: string };
}

/** The profiles of accounts, before anything is stored. `user` acts for keys that belong to nobody. */
export async function planImport(
  ctx: Context,
  { name: program, vendor }: Importer,
  accounts: readonly ForeignAccount[],
  user: string | undefined,
): Promise<Planned[]> {
  const { profiles } = await ctx.config.load();
  const names = new Set<string>();
  return accounts.map((account): Planned => {
    const profile = nameOf(account, program, names);
    names.add(profile);
    const acting = account.user ?? (account.kind === "account" ? user : undefined);
    const row: Planned = {
      profile,
      account: account.account,
      kind: account.kind,
      user: acting ?? null,
      outcome: "added",
      stored: null,
      message: messageOf(account, acting, profile),
      isDefault: account.isDefault,
    };
    if (profiles.has(profile)) return { ...row, ...existing };
    try {
      const key = cleanKey(account.key ?? "");
      if (mistakenKind(vendor, "api", key) !== undefined) throw usageError("its key can only send events");
      const baseUrl = checkBaseUrl(account.baseUrl ?? vendor.baseUrl.default ?? vendor.baseUrl.example, vendor, false);
      const stored = { provider: vendor.name, baseUrl, ...(acting !== undefined && { user: acting }) };
      return { ...row, add: { profile: stored, key } };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return { ...row, outcome: "failed", message: account.key === null ? "it has no key" : error.message };
    }
  });
}

function messageOf({ note, kind }: ForeignAccount, user: string | undefined, profile: string): string | null {
  if (note !== undefined) return note;
  return kind === "account" && user === undefined
    ? `the key belongs to no user, and changes need the e-mail address of one: onduty profiles edit ${profile} --user EMAIL`
    : null;
}

/** The name of an account in the letters of a profile's name, different from those before it. Never a key. */
function nameOf({ name, account }: ForeignAccount, program: string, names: ReadonlySet<string>): string {
  const [word = program] = [name, account].filter((given) => given !== null && !looksLikeKey(given));
  const clean =
    (word ?? program)
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60) || program;
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? clean : `${clean}-${count}`;
    if (!names.has(candidate)) return candidate;
  }
}

/**
 * Stores the profiles. Keys go to the keyring; from the first that it does not take, to the config file. Without a current profile, the
 * default of the program becomes it.
 */
export async function storeImport(ctx: Context, planned: readonly Planned[], warner: Warner): Promise<Imported[]> {
  const sources = new Map<Planned, KeySource>();
  let hasKeyring = true;
  for (const one of planned) {
    if (one.add === undefined) continue;
    const source: KeySource = { text: one.add.key };
    sources.set(one, hasKeyring ? await intoKeyring(ctx, warner, source, { name: one.profile, kind: "api" }) : source);
    hasKeyring &&= "keyring" in (sources.get(one) ?? {});
  }
  const lost = new Set<Planned>();
  try {
    await ctx.config.update((config) => {
      lost.clear();
      for (const [one, source] of sources) {
        if (config.profiles.has(one.profile) || one.add === undefined) lost.add(one);
        else config.profiles.set(one.profile, { ...one.add.profile, [keyField.api]: source });
      }
      const added = planned.filter((one) => sources.has(one) && !lost.has(one));
      const first = added.find(({ isDefault }) => isDefault) ?? added[0];
      if (first !== undefined) config.current ??= first.profile;
    });
  } catch (error) {
    await removeFromKeyring(ctx, warner, [...sources.values()]);
    throw error;
  }
  await removeFromKeyring(
    ctx,
    warner,
    [...lost].map((one) => sources.get(one)),
  );
  return planned.map((one): Imported => {
    const source = sources.get(one);
    if (lost.has(one)) return { ...rowOf(one), ...existing };
    return { ...rowOf(one), stored: source === undefined ? null : "keyring" in source ? "keyring" : "config file" };
  });
}

/** A row as it is printed. */
export function rowOf({ profile, account, kind, user, outcome, stored, message }: Planned): Imported {
  return { profile, account, kind, user, outcome, stored, message };
}

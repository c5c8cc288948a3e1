import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keyKinds } from "../../src/model/key.ts";
import { capabilities } from "../../src/providers/descriptor.ts";
import { loadProvider, vendorNamed, vendors } from "../../src/providers/index.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { sandboxVendors } from "../../src/sandbox/vendors.ts";

const folder = new URL("../../src/providers/", import.meta.url);

describe("the list of vendors", () => {
  it("has a line for each folder of src/providers", () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(vendors.map(({ name }) => name).sort());
  });

  it("finds each by its name, and nothing by another", () => {
    for (const vendor of vendors) expect(vendorNamed(vendor.name)).toBe(vendor);
    expect(vendorNamed("constructor")).toBeUndefined();
  });

  it("names the vendors that the sandbox serves", () => {
    const served = vendors.filter(({ sandbox }) => sandbox === true);
    expect(served.map(({ name }) => name)).toEqual(sandboxVendors.map(({ name }) => name));
  });

  it("has names and variables that are used once", () => {
    const names = vendors.flatMap(({ name, keys }) => [
      name,
      ...Object.values(keys).flatMap((key) => key.variables ?? []),
    ]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(vendors)("the descriptor of $name", (vendor) => {
  it("costs nothing to load: of itself it imports types alone", () => {
    const text = readFileSync(new URL(`${vendor.name}/descriptor.ts`, folder), "utf8");
    expect([...text.matchAll(/^import (?!type )/gm)]).toEqual([]);
  });

  it("names what the loaded code has", async () => {
    const { name, title, ...code }: Provider = await loadProvider(vendor);
    expect({ name, title }).toEqual({ name: vendor.name, title: vendor.title });
    const { merge, alerts, similar } = code.incidents ?? {};
    const parts = { ...code, merge, alerts, similar };
    expect(capabilities.filter((capability) => parts[capability] !== undefined)).toEqual(vendor.capabilities);
  });

  it("has words that fit where they are used", () => {
    const { name, baseUrl, keys } = vendor;
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    for (const url of [baseUrl.example, baseUrl.default ?? baseUrl.example])
      expect(url).toBe(`${new URL(url).origin}${new URL(url).pathname.replace(/\/$/, "")}`);
    expect(keyKinds).toEqual(expect.arrayContaining(Object.keys(keys)));
  });
});

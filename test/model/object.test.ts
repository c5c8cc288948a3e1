import { describe, expect, expectTypeOf, it } from "vitest";
import { asObject, defined } from "../../src/model/object.ts";
import { personName } from "../../src/model/person.ts";
import { count } from "../../src/model/text.ts";

describe("asObject", () => {
  it.each([
    [{ a: 1 }, { a: 1 }],
    [{}, {}],
    [[1], undefined],
    [null, undefined],
    ["text", undefined],
    [undefined, undefined],
  ])("of %j is %j", (value, expected) => {
    expect(asObject(value)).toEqual(expected);
  });
});

describe("defined", () => {
  it("leaves out what is undefined, and keeps the order and everything else", () => {
    const fields = defined({ b: 1, a: undefined as string | undefined, c: null, d: false, e: 0 });
    expect(Object.keys(fields)).toEqual(["b", "c", "d", "e"]);
    expect("a" in fields).toBe(false);
  });

  it("makes optional what may be undefined, and only that", () => {
    const fields = defined({ a: 1, b: "x" as string | undefined, c: null as null | string });
    expectTypeOf(fields).toEqualTypeOf<{ a: number; c: string | null } & { b?: string }>();
    const exact: { a: number; b?: string } = fields;
    expect(exact).toEqual({ a: 1, b: "x", c: null });
  });
});

describe("a person", () => {
  it.each([
    [{ id: "u1", name: "Ada", email: "ada@example.com" }, "Ada"],
    [{ id: "u1", name: null, email: "ada@example.com" }, "ada@example.com"],
    [{ id: "u1", name: null, email: null }, "u1"],
  ])("%j is called %s", (person, name) => {
    expect(personName(person)).toBe(name);
  });
});

describe("a number of things", () => {
  it.each([
    [0, "0 events"],
    [1, "1 event"],
    [2, "2 events"],
  ])("%i is %s", (number, text) => {
    expect(count(number, "event")).toBe(text);
  });
});

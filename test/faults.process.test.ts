import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ExitCode } from "../src/errors.ts";
import { run } from "./support/harness.ts";
import { selfSigned } from "./support/network.ts";
import { profilesAt } from "./support/profiles.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

describe("a request that fails", () => {
  it("a certificate nobody signed exits 3, and the profile's caFile makes it trusted", async () => {
    const { key, cert, file } = await selfSigned();
    const server = createTlsServer({ key, cert }, (_request, response) => {
      response
        .setHeader("content-type", "application/json")
        .end('{"data": [], "pagination": {"total": 0, "limit": 100, "offset": 0, "has_more": false}}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => void server.close().closeAllConnections());
    const profiles = profilesAt(`https://localhost:${(server.address() as AddressInfo).port}`);
    const refused = await run("incidents list --max-wait 0", { profiles });
    expect(refused).toMatchObject({ code: ExitCode.network, stdout: "" });
    expect(refused.stderr).toMatch(/certificate.*\n?.*ca-?file/is);
    const trusted = await run("incidents list --json", {
      profiles: { opsknight: { ...(profiles.opsknight as object), caFile: file } },
    });
    expect(trusted).toMatchObject({ code: 0, stdout: "[]\n" });
  });
});

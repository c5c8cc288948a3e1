import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run, start } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";
import { addressIn, post, rowsIn, secret, sign, webhook, words } from "./webhook.ts";

/** Listens in this process until the test ends. */
async function listen(options: string[] = [], env: Record<string, string> = {}) {
  const { stdout, stderr } = await start([...words, ...options], { env: { WEBHOOK_SECRET: secret, ...env } });
  await expect.poll(() => addressIn(stderr())).not.toBe("");
  return { url: addressIn(stderr()), stdout, stderr, rows: () => rowsIn(stdout()) };
}

describe("webhooks listen", () => {
  it.each([["raw"], ["timestamp"], ["status-page"]])(
    "takes what the sandbox sends, in the form %s, from the event to the line",
    async (form) => {
      const listener = await listen();
      const { home, url } = await sandbox();
      const body = JSON.stringify({ url: `${listener.url}/hook`, secret, form });
      expect((await fetch(`${url}/_sandbox/webhooks`, { method: "POST", body })).status).toBe(200);
      expect((await run("events trigger 'Disk full' --dedup-key disk", { home })).code).toBe(0);
      expect((await run("events resolve disk", { home })).code).toBe(0);
      await expect.poll(() => listener.rows().length).toBe(2);
      const about = { title: "Disk full", service: { id: "svc_checkout" } };
      expect(listener.rows()).toMatchObject([
        { event: "incident.triggered", form, payload: { incident: about } },
        { event: "incident.resolved", form, payload: { incident: about } },
      ]);
    },
  );

  // Bodies as server 1.3.1 sent them.
  const id = "cmx19dfxt0698ae7dsfnqifft";
  const about = { id, title: "cap", status: "OPEN", urgency: "HIGH" };
  const url = `http://opsknight.example.com/incidents/${id}`;
  const at = "2026-11-29T03:07:17.242Z";
  it.each([
    ["of a service", { event: { type: "triggered", timestamp: at }, incident: { ...about, url } }, "triggered", url],
    [
      "of a service that changed",
      { event: { type: "updated", timestamp: at }, incident: { ...about, url } },
      "updated",
      url,
    ],
    ["of a status page", { event: "incident.created", timestamp: at, data: about }, "created", null],
    ["of the reference", { event: "incident.assigned", timestamp: at, incident: about }, "assigned", null],
  ])("reads the body %s", async (_, body, word, address) => {
    const listener = await listen();
    expect((await post(listener.url, JSON.stringify(body))).status).toBe(202);
    await expect
      .poll(listener.rows)
      .toMatchObject([
        { event: `incident.${word}`, sentAt: at, incident: { id, title: "cap", url: address }, payload: body },
      ]);
  });

  it.each(["timestamp", "status-page"])(
    "takes what the sandbox of server 1.3.1 sends, in the form %s",
    async (form) => {
      const listener = await listen();
      const { home, url: served } = await sandbox({ dialect: "1.3" });
      const body = JSON.stringify({ url: `${listener.url}/hook`, secret, form });
      expect((await fetch(`${served}/_sandbox/webhooks`, { method: "POST", body })).status).toBe(200);
      expect((await run("events trigger 'Disk full' --dedup-key disk", { home })).code).toBe(0);
      for (const action of ["ack", "unack"])
        expect((await run(`incidents ${action} --query "Disk full" --yes`, { home })).code).toBe(0);
      expect((await run("events ack disk", { home })).code).toBe(0);
      expect((await run("events resolve disk", { home })).code).toBe(0);
      const words =
        form === "timestamp"
          ? ["triggered", "acknowledged", "updated"]
          : ["created", "acknowledged", "updated", "resolved"];
      await expect
        .poll(() => listener.rows().map(({ event }) => event))
        .toEqual(words.map((word) => `incident.${word}`));
      expect(listener.rows()).toMatchObject(
        words.map(() => ({ form, incident: { title: expect.any(String) as string } })),
      );
    },
  );

  it("reports at its start what the server sends no webhook about", async () => {
    const { stderr } = await listen();
    await expect.poll(stderr).toContain("OpsKnight sends no service webhook when an event acknowledges or resolves");
  });

  it("takes fields, jq and other formats", async () => {
    const fields = await listen(["--fields", "event,payload.incident.title"]);
    const jq = await listen(["--jq", ".payload.incident.id", "-r", "-o", "ndjson"]);
    const csv = await listen(["-o", "csv"], { ONDUTY_OUTPUT: "json" });
    for (const { url } of [fields, jq, csv]) expect((await post(url, webhook("inc_1"))).status).toBe(202);
    await expect.poll(fields.rows).toEqual([{ event: "incident.triggered", "payload.incident.title": "About inc_1" }]);
    await expect.poll(jq.stdout).toBe("inc_1\n");
    await expect.poll(csv.stdout).toMatch(/^event,sentAt,receivedAt,form,incident,payload\r\nincident\.triggered,/);
  });

  it("refuses what is not signed, and reports why on stderr only", async () => {
    const listener = await listen();
    const body = webhook("inc_1");
    const stale = String(Date.now() - 3_600_000);
    const refused = [
      await post(listener.url, body, { "x-opsknight-signature": sign("another") }),
      await post(listener.url, body, { "x-opsknight-signature": "nonsense" }),
      await post(listener.url, body, {
        "x-opsknight-timestamp": stale,
        "x-opsknight-signature": sign(`${stale}.${body}`),
      }),
    ];
    for (const { status, body: told } of refused)
      expect({ status, told }).toEqual({ status: 401, told: { error: "the signature is not valid" } });
    await expect.poll(listener.stderr).toMatch(/refused a request of 127\.0\.0\.1: it was signed 3600 s ago.* \(401\)/);
    await expect.poll(listener.stderr).toContain("the signature does not match");
    await expect.poll(listener.stderr).toContain("X-OpsKnight-Signature is not of the form");
    expect(listener.stdout()).toBe("");
  });

  it("refuses another method, and a signed body that is no object", async () => {
    const listener = await listen();
    const answer = await fetch(listener.url);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    for (const body of ["", "[1]", "null", "{", "\u0000"]) expect((await post(listener.url, body)).status).toBe(400);
    // The text that a signature with a time covers must not pass for a body of its own.
    const stamp = String(Date.now());
    expect((await post(listener.url, `${stamp}.${webhook("inc_1")}`)).status).toBe(400);
    expect(listener.stdout()).toBe("");
  });

  it("refuses a body over the limit, announced or not, and goes on", async () => {
    const listener = await listen(["--max-body", "1kb"]);
    const large = JSON.stringify({ event: "x".repeat(2000) });
    expect((await post(listener.url, large, { "content-length": String(large.length) })).status).toBe(413);
    expect((await post(listener.url, large, { "transfer-encoding": "chunked" })).status).toBe(413);
    expect((await post(listener.url, webhook("inc_1"))).status).toBe(202);
    await expect.poll(() => listener.rows().length).toBe(1);
    await expect.poll(listener.stderr).toContain("the body is larger than 1024 bytes (413)");
  });

  it("answers before a body of 5 GB has come", async () => {
    const { url } = await listen();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n{");
    const text = await new Promise<string>((resolve) => socket.once("data", (chunk) => resolve(String(chunk))));
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    await new Promise((resolve) => socket.once("close", resolve));
  });

  it("takes a redelivery once, also with a new signature", async () => {
    const listener = await listen();
    const body = webhook("inc_1");
    expect((await post(listener.url, body)).status).toBe(202);
    expect(await post(listener.url, body)).toMatchObject({ status: 200, body: { status: "duplicate" } });
    const stamp = String(Date.now());
    const later = { "x-opsknight-timestamp": stamp, "x-opsknight-signature": sign(`${stamp}.${body}`) };
    expect((await post(listener.url, body, later)).status).toBe(200);
    expect((await post(listener.url, webhook("inc_1", "incident.resolved"))).status).toBe(202);
    await expect
      .poll(() => listener.rows().map(({ event }) => event))
      .toEqual(["incident.triggered", "incident.resolved"]);
    await expect.poll(listener.stderr).toContain("skipped a redelivery of incident.triggered");
  });

  it("takes the same text twice when it holds no time", async () => {
    const listener = await listen();
    for (let count = 0; count < 2; count += 1)
      expect((await post(listener.url, '{"event":"incident.triggered"}')).status).toBe(202);
    await expect.poll(() => listener.rows().length).toBe(2);
  });

  it("reports that the port is taken", async () => {
    const { url } = await listen();
    const port = new URL(url).port;
    const { code, stderr } = await run(`webhooks listen --secret-env S --port ${port}`, { env: { S: secret } });
    expect({ code, stderr }).toEqual({
      code: ExitCode.usage,
      stderr: `error: port ${port} is taken\nhint: onduty webhooks listen --port 0\n`,
    });
  });

  it.each(["no-such-host.invalid", "192.0.2.1"])("reports that %s is not this machine", async (host) => {
    const { code, stderr } = await run(`webhooks listen --secret-env S --host ${host}`, { env: { S: secret } });
    expect({ code, stderr }).toEqual({
      code: ExitCode.usage,
      stderr: `error: "${host}" is no address of this machine\nhint: --host 127.0.0.1, or --host 0.0.0.0 for all of them\n`,
    });
  });

  it("warns where other machines can reach it", async () => {
    const listener = await listen(["--host", "0.0.0.0"]);
    await expect.poll(listener.stderr).toMatch(/^{"warning":"0\.0\.0\.0 may be reached by other machines/);
  });
});

describe("webhooks listen --forward", () => {
  it("sends each on as it came, signature and all", async () => {
    const receiver = await fakeVendor();
    receiver.reply("POST /hooks", 204);
    const listener = await listen(["--forward", `${receiver.url}/hooks`]);
    const body = webhook("inc_1").replace("About", "\\u0041bout");
    expect((await post(listener.url, body, { "content-type": "application/json", cookie: "no" })).status).toBe(202);
    await expect.poll(() => receiver.requests.length).toBe(1);
    const [seen] = receiver.requests;
    expect(seen?.headers).toMatchObject({ "x-opsknight-signature": sign(body), "content-type": "application/json" });
    expect(seen?.headers.cookie).toBeUndefined();
    expect(seen?.headers["content-length"]).toBe(String(body.length));
    await expect.poll(() => listener.rows().length).toBe(1);
  });

  it("reports what could not be sent on, and goes on", async () => {
    const receiver = await fakeVendor();
    receiver.reply("POST /hooks", 500);
    const failing = await listen(["--forward", `${receiver.url}/hooks`]);
    const away = await listen(["--forward", "http://127.0.0.1:1/"]);
    for (const { url } of [failing, away]) expect((await post(url, webhook("inc_1"))).status).toBe(202);
    await expect.poll(failing.stderr).toContain("could not forward incident.triggered: it answered 500");
    await expect.poll(away.stderr).toContain("could not forward incident.triggered: ECONNREFUSED");
    await expect.poll(() => failing.rows().length).toBe(1);
  });
});

// Runs the stories with real monitoring systems: `npm run test:monitoring`. What is missing is installed where that may be done (root
// and apt-get); what cannot be is skipped, and named. Nothing it installs is left running. All of it ends within five minutes.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("../..", import.meta.url).pathname;
const maxMs = 285_000;
const maxInstallMs = 120_000;
const start = Date.now();

const libraries = existsSync("/usr/lib") ? readdirSync("/usr/lib") : [];

/** Packages by system, one of the files that show that it is installed, and the services that its package may enable. */
const systems = [
  {
    name: "Alertmanager",
    packages: ["prometheus-alertmanager"],
    files: ["/usr/bin/prometheus-alertmanager", "/usr/local/bin/alertmanager"],
    service: "prometheus-alertmanager",
  },
  { name: "Nagios", packages: ["nagios4-core"], files: ["/usr/sbin/nagios4"], service: "nagios4" },
  {
    name: "Icinga 2",
    packages: ["icinga2-bin", "icinga2-common"],
    files: ["/usr/sbin/icinga2", ...libraries.map((name) => `/usr/lib/${name}/icinga2/sbin/icinga2`)],
    service: "icinga2",
  },
  { name: "Monit", packages: ["monit"], files: ["/usr/bin/monit"], service: "monit" },
];

const isThere = ({ files }) => files.some((file) => existsSync(file));
const log = (line) => process.stdout.write(`${line}\n`);

const missing = systems.filter((system) => !isThere(system));
if (missing.length > 0) install(missing);
for (const system of systems.filter((one) => !isThere(one)))
  log(`skipped: ${system.name} is not installed (apt-get install ${system.packages.join(" ")})`);
if (systems.some(isThere)) process.exitCode = await runStories();
else log("no monitoring system is installed: nothing was tested");

/** Installs packages without starting their services. Says why when it cannot. */
function install(wanted) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return log("cannot install monitoring systems: that takes root and apt-get");
  const names = wanted.flatMap(({ packages }) => packages);
  log(`installing ${names.join(" ")}`);
  const policy = "/usr/sbin/policy-rc.d";
  const isOurs = !existsSync(policy);
  // Asked by packages before they start a service: 101 forbids it.
  if (isOurs) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const apt = (...words) =>
      spawnSync("apt-get", words, {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        timeout: Math.max(1000, maxInstallMs - (Date.now() - start)),
      }).status === 0;
    const options = ["install", "-y", "-qq", "--no-install-recommends"];
    if (!apt("update", "-qq") || !apt(...options, ...names)) {
      // One that is not in this distribution keeps none of the others from being tested.
      for (const { packages } of wanted) apt(...options, ...packages);
    }
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
  for (const { service } of wanted)
    spawnSync("systemctl", ["disable", "--now", service], { stdio: "ignore", timeout: 10_000 });
}

function runStories() {
  const words = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", "test/monitoring/vitest.config.ts"];
  // A group of its own, so that all of it can be ended.
  const child = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "inherit", "inherit"], detached: true });
  const end = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended.
    }
  };
  const late = setTimeout(
    () => {
      log("the stories took too long");
      end("SIGKILL");
    },
    maxMs - (Date.now() - start),
  );
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => end(name));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(late);
      resolve(code ?? 1);
    });
  });
}

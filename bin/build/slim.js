// Libraries without what they load at their start and we never use: each part is a millisecond or more of every command, or
// kilobytes of the package.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const undici = join(root, "node_modules/undici/lib");
const require = createRequire(import.meta.url);
const spinners = JSON.parse(readFileSync(join(root, "node_modules/cli-spinners/spinners.json"), "utf8"));
const llhttp = require(join(undici, "llhttp/constants.js"));

/** Reads a part that is WebAssembly from a file in `dist`: as text in the code it would be a third larger. */
function wasmFile(name) {
  return `const { join } = require("node:path");
    const embedded = globalThis.ondutyStandalone?.wasm?.["${name}"];
    module.exports = require("node:fs").readFileSync(embedded ?? join(__dirname, "../${name}"));`;
}

/** The WebAssembly of undici, by the name of its file in `dist`. */
export function wasmFiles() {
  return {
    "llhttp.wasm": require(join(undici, "llhttp/llhttp-wasm.js")),
  };
}

/** The tree of the five names of XML, as its package has it. */
function xmlNames() {
  const file = join(root, "node_modules/htmlparser2/node_modules/entities/dist/esm/generated/decode-data-xml.js");
  const [, encoded] = /decodeBase64\("([^"]+)"\)/.exec(readFileSync(file, "utf8")) ?? [];
  const bytes = Buffer.from(encoded ?? "", "base64");
  return Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => bytes.readUInt16LE(2 * index));
}

/** By package: what stands in for a module that it asks for. */
const parts = {
  "cli-table3": {
    "@colors/colors/safe": "module.exports = {};",
    // Ours instead of its own one, which is older: a table is aligned by one measure.
    "string-width": `module.exports = require(${JSON.stringify(join(root, "src/output/fit.ts"))}).stringWidth;`,
  },
  // Processes, for commands that are programs of their own.
  commander: { "node:child_process": "module.exports = {};" },
  conf: {
    // A validator of schemas, which it makes only where it is given one: 145 kB of 165, and 20 ms of each command that writes
    // the configuration.
    "ajv/dist/2020.js": "export const Ajv2020 = undefined;",
    "ajv-formats": "export default {};",
    // For migrations, watching a file, encryption, and a folder of its own choice, none of which onduty asks for.
    semver: "export default undefined;",
    "debounce-fn": "export default undefined;",
    "uint8array-extras":
      "export const concatUint8Arrays = undefined, stringToUint8Array = undefined, uint8ArrayToString = undefined;",
    "env-paths": "export default undefined;",
    // Paths with dots, which `src/config/conf.ts` turns off: all that is left is one name at the top.
    "dot-prop": `export const hasProperty = (object, name) => name in object;
      export const getProperty = (object, name) => object[name];
      export const setProperty = (object, name, value) => { object[name] = value; };
      export const deleteProperty = undefined;`,
  },
  // A validator of schemas for what a client sends when it is asked something, which onduty never does: a third of the library.
  "@modelcontextprotocol/sdk": { "../validation/ajv-provider.js": "export class AjvJsonSchemaValidator {}" },
  // They write HTML, with a table of every character that has a name; only its text is wanted.
  domutils: { "dom-serializer": "export default () => '';" },
  "html-to-text": {
    "dom-serializer": "export const render = () => '';",
    // Selectors of CSS, with a parser and two more libraries. Ours, and the library's own, are names of elements.
    "@selderee/plugin-htmlparser2": "export const hp2Builder = undefined;",
    selderee: `export class DecisionTree {
      constructor(entries) {
        for (const [selector] of entries) if (!/^(\\w+|\\*)$/.test(selector)) throw new Error("no name: " + selector);
        this.values = new Map(entries);
      }
      build() { return this; }
      pick1({ name }) { return this.values.get(name) ?? this.values.get("*") ?? null; }
    }`,
    // Merges options: plain objects and lists, as few as the two calls of the library need.
    "deepmerge-ts": `const isRecord = (value) => Object.prototype.toString.call(value) === "[object Object]";
      export const deepmergeCustom = ({ mergeArrays, metaDataUpdater = () => undefined }) => {
        const merge = (values, meta) => {
          if (values.length === 1 || !(values.every(Array.isArray) || values.every(isRecord))) return values.at(-1);
          if (Array.isArray(values[0])) return mergeArrays(values, {}, meta);
          const keys = new Set(values.flatMap((value) => Object.keys(value)));
          const merged = (key) => values.filter((value) => Object.hasOwn(value, key)).map((value) => value[key]);
          return Object.fromEntries([...keys].map((key) => [key, merge(merged(key), metaDataUpdater(meta, { key }))]));
        };
        return (...values) => merge(values, undefined);
      };`,
  },
  // The tree of all names of characters, 20 kB of the package; src/content/html.ts knows those of HTML 4.
  entities: {
    "./generated/decode-data-html.js": `export const htmlDecodeTree = new Uint16Array(${JSON.stringify(xmlNames())});`,
  },
  // Of its ninety spinners ora shows one, or the other where the terminal has no Unicode.
  ora: {
    // Marks of success and failure, in colors of a library of their own: our spinner only turns and stops.
    "log-symbols": "export default {};",
    "cli-spinners": `export default ${JSON.stringify({ dots: spinners.dots, line: spinners.line })};`,
  },
  // For programs by name, such as "browser": we ask for the desktop's own.
  open: { "default-browser": "module.exports = {};" },
  undici: {
    // Of its 27 tables two are used.
    "llhttp/constants": `module.exports = ${JSON.stringify({ ERROR: llhttp.ERROR, TYPE: llhttp.TYPE })};`,
    // A search tree of the names of headers, which spares a string for each. Without it they are decoded.
    "./tree": "exports.tree = { lookup: () => null };",
    // Faster for long heads only, and not every processor has it: one of the two is enough.
    "llhttp_simd-wasm": wasmFile("llhttp.wasm"),
    "llhttp-wasm": wasmFile("llhttp.wasm"),
    "client-h2": "module.exports = undefined;",
    // For who subscribes to its events, or sets NODE_DEBUG.
    "core/diagnostics": `const channel = { hasSubscribers: false, publish() {} };
      exports.channels = new Proxy({}, { get: () => channel });`,
    // For proxies that speak SOCKS, which `src/http/tunnel.ts` refuses.
    "./socks5-proxy-agent": "module.exports = undefined;",
    // For bodies that are forms or streams; ours are text.
    "fetch/body": "module.exports = {};",
    // Used for a limit, which has this value by default in Node, and to recognize a node:http request given as a body.
    "node:http": "module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };",
    "node:assert": `module.exports = (value, message) => {
      if (!value) throw message instanceof Error ? message : new Error(message ?? "assertion failed");
    };`,
  },
  // Nothing but an edit.
  "string-width": {},
  yaml: {
    // Only read with: the tokens of a text, and the tags of YAML 1.1. JSON is written with the tags of YAML 1.2.
    "./parse/cst.js": "export {};",
    "./tags.js": `import { schema } from ${JSON.stringify(join(root, "node_modules/yaml/browser/dist/schema/core/schema.js"))};
      export const coreKnownTags = {};
      export const getTags = () => schema.slice();`,
  },
};

/** A module of a package that is asked for by its path. */
const pathParts =
  /^.*?(client-h2|core\/diagnostics|fetch\/body|llhttp\/constants|llhttp(?:_simd)?-wasm|\.\/tree)(?:\.js)?$/;

/** Packages of which another file than their main one is bundled. */
const entries = {
  // Its main file is UMD, whose parts no bundler finds; its modules leave the names of their files unfinished.
  "jsonc-parser": "node_modules/jsonc-parser/lib/esm/main.js",
  // Its modules instead of its one big file, so that what reads YAML can be left out.
  yaml: "node_modules/yaml/browser/index.js",
};

/**
 * Before undici's parser is compiled: V8 of Node 20 would compile it with every tier at once, for 100 ms, and newer ones once a few
 * requests have used it. And V8's first compiler is left out: a list of 100,000 takes 66 MB without it instead of 70, and no command
 * gets slower. Set as late as can be: V8 takes the code that is kept of Node's own modules under its defaults only.
 * bin/onduty.cjs knows it by node:v8.
 */
const setFlags = `if (!("Bun" in globalThis))
  for (const flag of ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "--no-sparkplug"]) require("node:v8").setFlagsFromString(flag);
`;

/** Code that is replaced inside a module. */
const edits = [
  {
    name: "cli-table3",
    file: /node_modules[\\/]cli-table3[\\/]src[\\/]cell\.js$/,
    // Used for a debug message of cli-table3: a cut form of every cell, which takes 4 ms for a cell that is not ASCII.
    from: "utils.truncate(this.content, 10, this.truncate)",
    to: "this.content",
  },
  {
    name: "undici",
    file: /node_modules[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h1\.js$/,
    // Head and body go out as one text instead of two pieces: of sending many events, each takes a tenth less.
    from: `      socket.cork()
      socket.write(\`\${header}content-length: \${contentLength}\\r\\n\\r\\n\`, 'latin1')
      socket.write(body)
      socket.uncork()
      request.onBodySent(body)`,
    to: `      socket.write(\`\${header}content-length: \${contentLength}\\r\\n\\r\\n\${body.latin1Slice()}\`, 'latin1')
      request.onBodySent(body)`,
  },
  {
    name: "string-width",
    file: /node_modules[\\/]string-width[\\/]index\.js$/,
    // The first use of Intl takes 25 ms. ASCII is measured without it.
    from: "const segmenter = new Intl.Segmenter();",
    to: "let made; const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };",
  },
  ...["visibleCharacterRegex", "spacingMarkRegex", "rgiEmojiRegex", "extendedPictographicRegex"].map((regex) => ({
    name: "string-width",
    file: /node_modules[\\/]string-width[\\/]index\.js$/,
    // Its expressions are parsed where they stand, which takes 10 ms: they name classes of Unicode. ASCII needs none of them.
    from: new RegExp(`const ${regex} = (/.+/[guv]+);`),
    to: (_, literal) => `const ${regex} = {
      test: (text) => ${literal}.test(text),
      [Symbol.match]: (text) => text.match(${literal}),
      [Symbol.search]: (text) => text.search(${literal}),
    };`,
  })),
  {
    name: "undici",
    file: /node_modules[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h1\.js$/,
    from: "function lazyllhttp () {",
    to: `function lazyllhttp () { ${setFlags}`,
  },
];

/**
 * The plugin that does all this, for the named packages. Default: all, and the build fails when a package no longer has what is
 * replaced.
 */
export function slimLibraries(only) {
  const names = only ?? Object.keys(parts);
  const packages = new RegExp(`node_modules[\\\\/](${names.join("|")})[\\\\/]`);
  const prefix = "\0part:";
  const unused = new Set(names.flatMap((name) => Object.keys(parts[name]).map((part) => `${name}:${part}`)));
  const ownEdits = edits.filter(({ name }) => names.includes(name));
  for (const { from } of ownEdits) unused.add(from);
  return {
    name: "slim-libraries",
    resolveId(source, importer) {
      if (Object.hasOwn(entries, source)) return join(root, entries[source]);
      const name = packages.exec(importer ?? "")?.[1];
      const part = source.replace("./diagnostics", "core/diagnostics").replace(pathParts, "$1");
      return name !== undefined && Object.hasOwn(parts[name], part) ? `${prefix}${name}:${part}` : null;
    },
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const key = id.slice(prefix.length);
      unused.delete(key);
      const [name, ...part] = key.split(":");
      return parts[name][part.join(":")];
    },
    transform(code, id) {
      const made = ownEdits.filter(({ file }) => file.test(id));
      if (made.length === 0) return null;
      return made.reduce((text, { from, to }) => {
        const changed = text.replace(from, typeof to === "string" ? () => to : to);
        if (changed === text) throw new Error(`${id} does not have ${from}`);
        unused.delete(from);
        return changed;
      }, code);
    },
    buildEnd(error) {
      if (only === undefined && error === undefined && unused.size > 0)
        throw new Error(`nothing asks for ${[...unused].join(", ")}: see ${import.meta.filename}`);
    },
  };
}

/** A chunk that V8's cache was kept for cannot import: Node's own modules are required like our chunks are. */
export function requireBuiltins() {
  const pattern = /\bimport\(([`"'])(node:[\w/]+|@napi-rs\/keyring)\1\)/g;
  return {
    name: "require-builtins",
    renderChunk: (code) => code.replaceAll(pattern, "Promise.resolve().then(() => require($1$2$1))"),
  };
}

/** Chunks are plain ASCII: they are read without decoding, and V8 takes half the memory for them. */
export function plainAscii() {
  const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return {
    name: "plain-ascii",
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === "chunk") chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped);
    },
  };
}

// Chunks that hand over their exports as plain values. The bundler writes a getter for each, and a command loads three hundred:
// 2 ms of it.
import { parseSync, Visitor } from "rolldown/utils";

const getter =
  /^Object\.defineProperty\(exports, "([\w$]+)", \{\s+enumerable: true,\s+get: function \(\) \{\s+return ([\w$]+);\s+\}\s+\}\);\n?/gm;

/** Keeps the getters of variables that are assigned after their declaration. */
export function plainExports() {
  return {
    name: "plain-exports",
    renderChunk(code, { fileName }) {
      const start = code.search(getter);
      if (start < 0) return null;
      const assigned = assignedIn(code, fileName);
      const values = [];
      const rest = code.slice(start).replaceAll(getter, (text, name, variable) => {
        if (assigned.has(variable)) return text;
        values.push(`${name}: ${variable}`);
        return "";
      });
      return `${code.slice(0, start)}module.exports = exports = { __proto__: null, ${values.join(", ")} };\n${rest}`;
    },
  };
}

/** The names of variables that are assigned anywhere, in whatever scope. */
function assignedIn(code, fileName) {
  const names = new Set();
  const add = (node) => {
    if (node.type === "Identifier") names.add(node.name);
    if (node.type === "ArrayPattern") for (const element of node.elements) if (element !== null) add(element);
    if (node.type === "ObjectPattern") for (const property of node.properties) add(property.value ?? property.argument);
    if (node.type === "AssignmentPattern") add(node.left);
    if (node.type === "RestElement") add(node.argument);
  };
  const visitor = new Visitor({
    AssignmentExpression: ({ left }) => add(left),
    UpdateExpression: ({ argument }) => add(argument),
    ForInStatement: ({ left }) => add(left),
    ForOfStatement: ({ left }) => add(left),
  });
  visitor.visit(parseSync(fileName, code).program);
  return names;
}

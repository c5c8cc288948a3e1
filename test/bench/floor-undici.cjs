"use strict";
// The least that one GET takes with undici; bundled by floors.js.
const Agent = require("undici/lib/dispatcher/agent.js");

let text = "";
const handler = {
  onRequestStart() {},
  onResponseStart() {},
  onResponseData(_, chunk) {
    text += chunk;
  },
  onResponseEnd() {
    process.stdout.write(text, () => process.exit());
  },
  onResponseError(_, error) {
    throw error;
  },
};
new Agent().dispatch({ origin: process.argv[2], path: "/api/incidents", method: "GET" }, handler);

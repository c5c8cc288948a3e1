"use strict";
// The least that one GET takes with node:http.
const { get } = require("node:http");

get(`${process.argv[2]}/api/incidents`, (response) => {
  let text = "";
  response.setEncoding("utf8");
  response.on("data", (chunk) => {
    text += chunk;
  });
  response.on("end", () => process.stdout.write(text, () => process.exit()));
});

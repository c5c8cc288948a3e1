import { defineDirectoryList } from "../../cli/families/directory.ts";

export const list = defineDirectoryList("users");

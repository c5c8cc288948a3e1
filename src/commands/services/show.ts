import { defineDirectoryShow } from "../../cli/families/directory.ts";

export const show = defineDirectoryShow("services");

import { ids, word } from "../options.ts";

/** The name of a profile that there is. */
export const profileName = word("name", "profile", { completes: ids("profiles") });

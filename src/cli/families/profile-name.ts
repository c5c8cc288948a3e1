import { ids, word } from "../options.ts";

/** The name of an existing profile. */
export const profileName = word("name", "profile", { completes: ids("profiles") });

import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addProfilesAdd } from "./add.ts";
import { addProfilesList } from "./list.ts";
import { addProfilesRemove } from "./remove.ts";
import { addProfilesRename } from "./rename.ts";
import { addProfilesShow } from "./show.ts";
import { addProfilesUse } from "./use.ts";

/** Registers `onduty profiles …`. */
export function addProfiles(profiles: Command, ctx: Context): void {
  addProfilesAdd(profiles, ctx);
  addProfilesList(profiles, ctx);
  addProfilesUse(profiles, ctx);
  addProfilesShow(profiles, ctx);
  addProfilesRemove(profiles, ctx);
  addProfilesRename(profiles, ctx);
}

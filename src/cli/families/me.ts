import type { Context } from "../../context.ts";
import type { Person } from "../../model/incident.ts";

/** Whether a person is who `me` means in a profile: by id, name or e-mail address. */
export type IsMe = (person: Person, profile: string) => boolean;

export async function readMe(ctx: Context): Promise<IsMe> {
  const { profiles } = await ctx.config.load();
  return ({ id, name, email }, profile) => {
    const me = (ctx.env.ONDUTY_USER || profiles.get(profile)?.user)?.toLowerCase();
    return me !== undefined && [id, name, email].some((one) => one?.toLowerCase() === me);
  };
}

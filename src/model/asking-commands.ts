// Made from src/commands by `npm run generate`; not written by hand.

/** Groups whose commands all ask a vendor. */
export const askingGroups = "users|teams|silences|services|schedules override|schedules|incidents|events|content|changes";

/** Other commands that do. */
export const askingCommands = "whoami|status|stats|oncall take|oncall|handoff|doctor|deploy|api";

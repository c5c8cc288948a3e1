import type { Directory, DirectoryName } from "../model/directory.ts";
import type { Shape } from "../output/shape.ts";

/** How the rows of each directory are printed. */
export const shapes: { [Name in DirectoryName]: Shape<Directory[Name]> } = {
  services: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 2, main: true },
      { header: "STATUS", value: (row) => row.status, leaves: 3 },
      { header: "TEAM", value: (row) => row.team?.name ?? null, cut: 3, leaves: 2 },
      { header: "DESCRIPTION", value: (row) => row.description, cut: 1, leaves: 1 },
    ],
    fields: ["id", "name", "description", "status", "team", "provider", "profile"],
    id: (row) => row.id,
    empty: "No services.",
  },
  schedules: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 1, main: true },
      { header: "TIME ZONE", value: (row) => row.timeZone, leaves: 2 },
      { header: "TEAM", value: (row) => row.team?.name ?? null, cut: 2, leaves: 1 },
    ],
    fields: ["id", "name", "timeZone", "team", "provider", "profile"],
    id: (row) => row.id,
    empty: "No schedules.",
  },
  users: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 2, main: true },
      { header: "EMAIL", value: (row) => row.email, cut: 1, leaves: 4 },
      { header: "ROLE", value: (row) => row.role, leaves: 2 },
      { header: "STATUS", value: (row) => row.status, leaves: 3 },
      { header: "TIME ZONE", value: (row) => row.timeZone, leaves: 1 },
    ],
    fields: ["id", "name", "email", "role", "status", "timeZone", "provider", "profile"],
    id: (row) => row.id,
    empty: "No users.",
  },
  teams: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 2, main: true },
      { header: "DESCRIPTION", value: (row) => row.description, cut: 1, leaves: 1 },
    ],
    fields: ["id", "name", "description", "provider", "profile"],
    id: (row) => row.id,
    empty: "No teams.",
  },
};

import type { Directory, DirectoryName } from "../model/directory.ts";
import type { Shape } from "../output/shape.ts";

/** How the rows of each directory are printed. */
export const shapes: { [Name in DirectoryName]: Shape<Directory[Name]> } = {
  services: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 2 },
      { header: "STATUS", value: (row) => row.status },
      { header: "TEAM", value: (row) => row.team?.name ?? null, cut: 3 },
      { header: "DESCRIPTION", value: (row) => row.description, cut: 1 },
    ],
    fields: ["id", "name", "description", "status", "team", "provider", "profile"],
    id: (row) => row.id,
    empty: "No services.",
  },
  schedules: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 1 },
      { header: "TIME ZONE", value: (row) => row.timeZone },
      { header: "TEAM", value: (row) => row.team?.name ?? null, cut: 2 },
    ],
    fields: ["id", "name", "timeZone", "team", "provider", "profile"],
    id: (row) => row.id,
    empty: "No schedules.",
  },
  users: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 2 },
      { header: "EMAIL", value: (row) => row.email, cut: 1 },
      { header: "ROLE", value: (row) => row.role },
      { header: "STATUS", value: (row) => row.status },
      { header: "TIME ZONE", value: (row) => row.timeZone },
    ],
    fields: ["id", "name", "email", "role", "status", "timeZone", "provider", "profile"],
    id: (row) => row.id,
    empty: "No users.",
  },
  teams: {
    columns: [
      { header: "ID", value: (row) => row.id },
      { header: "NAME", value: (row) => row.name, cut: 2 },
      { header: "DESCRIPTION", value: (row) => row.description, cut: 1 },
    ],
    fields: ["id", "name", "description", "provider", "profile"],
    id: (row) => row.id,
    empty: "No teams.",
  },
};

import type { Reference } from "./incident.ts";

/** Where a row comes from; part of the JSON of every directory. */
interface Origin {
  provider: string;
  profile: string;
}

export interface Service extends Origin {
  id: string;
  name: string;
  description: string | null;
  /** The vendor's word, in lower case. */
  status: string | null;
  team: Reference | null;
}

export interface Schedule extends Origin {
  id: string;
  name: string;
  /** IANA name. */
  timeZone: string | null;
  team: Reference | null;
}

export interface User extends Origin {
  id: string;
  name: string;
  email: string | null;
  role: string | null;
  /** The vendor's word, in lower case, such as `pending`. */
  status: string | null;
  timeZone: string | null;
}

export interface Team extends Origin {
  id: string;
  name: string;
  description: string | null;
}

/** What can be listed and shown, by the name of its command. */
export interface Directory {
  services: Service;
  schedules: Schedule;
  users: User;
  teams: Team;
}

export type DirectoryName = keyof Directory;

/** An account as another program has stored it. */
export interface ForeignAccount {
  /** Its name there; null without one. */
  name: string | null;
  /** The vendor's name of the account; null when it is not stored. */
  account: string | null;
  /** Null when none is stored. */
  key: string | null;
  /** What the key is: `user`, `account`, `oauth`. */
  kind: string;
  /** Base URL, where it is not the vendor's default. */
  baseUrl?: string;
  /** Person who owns the key: the user of a profile. */
  user?: string;
  /** It is the one that the program uses when none is named. */
  isDefault: boolean;
  /** What a person has to know, such as that the key has expired. */
  note?: string;
}

/** The file of another program in which it stores accounts. */
export interface ImportDescriptor {
  /** `pd, the command line of PagerDuty`. */
  readonly title: string;
  /** Its folder in `$XDG_CONFIG_HOME`, `%LOCALAPPDATA%` or `~/.config`. */
  readonly folder: string;
  readonly file: string;
  /** Environment variable with another folder. */
  readonly variable?: string;
  /** Loads what reads the text of the file. It throws `usage` on one of another shape. */
  load(): Promise<(text: string, now: Date) => ForeignAccount[]>;
}

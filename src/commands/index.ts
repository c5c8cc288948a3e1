// Made from the files in this folder by `npm run generate`; not written by hand.
import type { CommandIndex } from "../cli/tree.ts";

/** Every command, as lists show it; the rest is loaded when it is needed. */
export const index: CommandIndex = {
  summary: "Send alert events, work incidents, and see who is on call: OpsKnight, Flashduty and Flotiq.",
  entries: [
    {
      name: "status",
      aliases: [],
      summary: "Show what is open, who is on call and what waits in the spool, of all profiles",
      load: async () => (await import("./status.ts")).status,
    },
    {
      name: "events",
      aliases: ["event"],
      summary: "Send alert and deploy events",
      commands: [
        {
          name: "trigger",
          aliases: [],
          summary: "Trigger an alert; the same dedup key adds to the open alert",
          load: async () => (await import("./events/trigger.ts")).trigger,
        },
        {
          name: "ack",
          aliases: ["acknowledge"],
          summary: "Acknowledge an alert by dedup key",
          load: async () => (await import("./events/ack.ts")).ack,
        },
        {
          name: "resolve",
          aliases: [],
          summary: "Resolve an alert by dedup key",
          load: async () => (await import("./events/resolve.ts")).resolve,
        },
        {
          name: "change",
          aliases: ["deploy"],
          summary: "Record a deploy or other change, from its start to its end",
          load: async () => (await import("./events/change.ts")).change,
        },
        {
          name: "send",
          aliases: [],
          summary: "Send many events: JSON objects, in our own words or as PagerDuty's Events API takes them, or what a monitoring system posts",
          load: async () => (await import("./events/send.ts")).send,
        },
        {
          name: "notify",
          aliases: [],
          summary: "Send the notification of a monitoring system that calls this command",
          load: async () => (await import("./events/notify.ts")).notify,
        },
        {
          name: "reconcile",
          aliases: [],
          summary: "Trigger what fires in a monitoring system and is not open, and resolve what is open and fires no more",
          load: async () => (await import("./events/reconcile.ts")).reconcile,
        },
      ],
    },
    {
      name: "incidents",
      aliases: ["incident"],
      summary: "List, show and work incidents",
      commands: [
        {
          name: "list",
          aliases: ["ls"],
          summary: "List incidents, newest first; without --status those not resolved",
          load: async () => (await import("./incidents/list.ts")).list,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show incidents, one object for one id, a list for several",
          load: async () => (await import("./incidents/show.ts")).show,
        },
        {
          name: "create",
          aliases: [],
          summary: "Open an incident by hand",
          load: async () => (await import("./incidents/create.ts")).create,
        },
        {
          name: "ack",
          aliases: ["acknowledge"],
          summary: "Acknowledge incidents",
          load: async () => (await import("./incidents/ack.ts")).ack,
        },
        {
          name: "unack",
          aliases: ["unacknowledge"],
          summary: "Remove an acknowledgment",
          load: async () => (await import("./incidents/unack.ts")).unack,
        },
        {
          name: "resolve",
          aliases: [],
          summary: "Resolve incidents",
          load: async () => (await import("./incidents/resolve.ts")).resolve,
        },
        {
          name: "reopen",
          aliases: [],
          summary: "Reopen incidents that are resolved, snoozed or suppressed",
          load: async () => (await import("./incidents/reopen.ts")).reopen,
        },
        {
          name: "suppress",
          aliases: [],
          summary: "Suppress incidents, where the vendor can",
          load: async () => (await import("./incidents/suppress.ts")).suppress,
        },
        {
          name: "snooze",
          aliases: [],
          summary: "Snooze incidents",
          load: async () => (await import("./incidents/snooze.ts")).snooze,
        },
        {
          name: "assign",
          aliases: [],
          summary: "Assign incidents to somebody, or escalate them to the next level",
          load: async () => (await import("./incidents/assign.ts")).assign,
        },
        {
          name: "update",
          aliases: [],
          summary: "Change urgency, priority, title, description or custom fields, as far as the vendor can",
          load: async () => (await import("./incidents/update.ts")).update,
        },
        {
          name: "comment",
          aliases: [],
          summary: "Add a comment to incidents, where the vendor has comments",
          load: async () => (await import("./incidents/comment.ts")).comment,
        },
        {
          name: "merge",
          aliases: [],
          summary: "Merge incidents into another one, which cannot be undone; where the vendor can",
          load: async () => (await import("./incidents/merge.ts")).merge,
        },
        {
          name: "timeline",
          aliases: [],
          summary: "Show the history of an incident, oldest first",
          load: async () => (await import("./incidents/timeline.ts")).timeline,
        },
        {
          name: "open",
          aliases: [],
          summary: "Open the page of an incident in the browser, and print its address",
          load: async () => (await import("./incidents/open.ts")).open,
        },
        {
          name: "watch",
          aliases: [],
          summary: "Watch incidents: a table that stays up to date, or one line of JSON per change in a pipe",
          load: async () => (await import("./incidents/watch.ts")).watch,
        },
      ],
    },
    {
      name: "oncall",
      aliases: [],
      summary: "Show who is on call, until when, and who is next",
      load: async () => (await import("./oncall.ts")).oncall,
    },
    {
      name: "stats",
      aliases: [],
      summary: "Count incidents, and how long it took to acknowledge and resolve them",
      load: async () => (await import("./stats.ts")).stats,
    },
    {
      name: "keys",
      aliases: ["key"],
      summary: "Check, set and remove the keys of profiles",
      commands: [
        {
          name: "validate",
          aliases: ["check"],
          summary: "Check with the vendors whether keys work and what they allow; never writes",
          load: async () => (await import("./keys/validate.ts")).validate,
        },
        {
          name: "set",
          aliases: [],
          summary: "Store a key of a profile; at a terminal it prompts and shows nothing",
          load: async () => (await import("./keys/set.ts")).set,
        },
        {
          name: "list",
          aliases: ["ls"],
          summary: "List the keys of all profiles, masked, and where each is stored",
          load: async () => (await import("./keys/list.ts")).list,
        },
        {
          name: "remove",
          aliases: ["rm"],
          summary: "Remove a key of a profile; asks first",
          load: async () => (await import("./keys/remove.ts")).remove,
        },
      ],
    },
    {
      name: "profiles",
      aliases: ["profile"],
      summary: "Add, choose and change profiles: a vendor, its address and keys",
      commands: [
        {
          name: "add",
          aliases: [],
          summary: "Add a profile; at a terminal what is missing is asked for",
          load: async () => (await import("./profiles/add.ts")).add,
        },
        {
          name: "list",
          aliases: ["ls"],
          summary: "List profiles; the current one has a star",
          load: async () => (await import("./profiles/list.ts")).list,
        },
        {
          name: "use",
          aliases: [],
          summary: "Make a profile the current one",
          load: async () => (await import("./profiles/use.ts")).use,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show each value of a profile and where it comes from; keys are masked",
          load: async () => (await import("./profiles/show.ts")).show,
        },
        {
          name: "remove",
          aliases: ["rm"],
          summary: "Remove a profile with its keys; asks first",
          load: async () => (await import("./profiles/remove.ts")).remove,
        },
        {
          name: "rename",
          aliases: ["mv"],
          summary: "Rename a profile",
          load: async () => (await import("./profiles/rename.ts")).rename,
        },
      ],
    },
    {
      name: "services",
      aliases: ["service"],
      summary: "List and show services",
      commands: [
        {
          name: "list",
          aliases: ["ls"],
          summary: "List services",
          load: async () => (await import("./services/list.ts")).list,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show a service",
          load: async () => (await import("./services/show.ts")).show,
        },
      ],
    },
    {
      name: "schedules",
      aliases: ["schedule"],
      summary: "List and show on-call schedules",
      commands: [
        {
          name: "list",
          aliases: ["ls"],
          summary: "List schedules",
          load: async () => (await import("./schedules/list.ts")).list,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show a schedule",
          load: async () => (await import("./schedules/show.ts")).show,
        },
      ],
    },
    {
      name: "users",
      aliases: ["user"],
      summary: "List and show people",
      commands: [
        {
          name: "list",
          aliases: ["ls"],
          summary: "List users",
          load: async () => (await import("./users/list.ts")).list,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show a user",
          load: async () => (await import("./users/show.ts")).show,
        },
      ],
    },
    {
      name: "teams",
      aliases: ["team"],
      summary: "List and show teams",
      commands: [
        {
          name: "list",
          aliases: ["ls"],
          summary: "List teams",
          load: async () => (await import("./teams/list.ts")).list,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show a team",
          load: async () => (await import("./teams/show.ts")).show,
        },
      ],
    },
    {
      name: "whoami",
      aliases: [],
      summary: "Show the identity behind the profile's key",
      load: async () => (await import("./whoami.ts")).whoami,
    },
    {
      name: "deploy",
      aliases: [],
      summary: "Record a deploy or other change, from its start to its end",
      load: async () => (await import("./deploy.ts")).deploy,
    },
    {
      name: "run",
      aliases: [],
      summary: "Run a command; trigger when it fails, resolve when it passes again",
      load: async () => (await import("./run.ts")).run,
    },
    {
      name: "spool",
      aliases: [],
      summary: "Manage events on disk that are pending or were refused",
      commands: [
        {
          name: "list",
          aliases: ["ls"],
          summary: "List events on disk: pending wait for delivery, dead were refused by the vendor",
          load: async () => (await import("./spool/list.ts")).list,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show events on disk in full",
          load: async () => (await import("./spool/show.ts")).show,
        },
        {
          name: "flush",
          aliases: [],
          summary: "Deliver what waits, of every profile",
          load: async () => (await import("./spool/flush.ts")).flush,
        },
        {
          name: "retry",
          aliases: [],
          summary: "Move refused events back to pending, at their old place",
          load: async () => (await import("./spool/retry.ts")).retry,
        },
        {
          name: "purge",
          aliases: [],
          summary: "Delete events from disk permanently; asks first",
          load: async () => (await import("./spool/purge.ts")).purge,
        },
      ],
    },
    {
      name: "content",
      aliases: [],
      summary: "Read runbooks and other content",
      commands: [
        {
          name: "types",
          aliases: [],
          summary: "List the types of content",
          load: async () => (await import("./content/types.ts")).types,
        },
        {
          name: "list",
          aliases: ["ls"],
          summary: "List the objects of a type",
          load: async () => (await import("./content/list.ts")).list,
        },
        {
          name: "show",
          aliases: [],
          summary: "Show an object: text to read at a terminal",
          load: async () => (await import("./content/show.ts")).show,
        },
      ],
    },
    {
      name: "api",
      aliases: [],
      summary: "Send a request to any route of the vendor, with the profile's key",
      load: async () => (await import("./api.ts")).api,
    },
    {
      name: "webhooks",
      aliases: ["webhook"],
      summary: "Verify and receive the signed webhooks of OpsKnight",
      commands: [
        {
          name: "verify",
          aliases: [],
          summary: "Verify the signature of an OpsKnight webhook",
          load: async () => (await import("./webhooks/verify.ts")).verify,
        },
        {
          name: "listen",
          aliases: [],
          summary: "Receive OpsKnight's webhooks, check their signatures, and print them or run a command for each",
          load: async () => (await import("./webhooks/listen.ts")).listen,
        },
      ],
    },
    {
      name: "sandbox",
      aliases: [],
      summary: "Serve the API of all three vendors on this machine, for practice",
      load: async () => (await import("./sandbox.ts")).sandbox,
    },
    {
      name: "doctor",
      aliases: [],
      summary: "Diagnose this machine, profiles, servers and keys",
      load: async () => (await import("./doctor.ts")).doctor,
    },
    {
      name: "completion",
      aliases: [],
      summary: "Print the script that completes command lines in a shell",
      load: async () => (await import("./completion.ts")).completion,
    },
    {
      name: "help",
      aliases: [],
      summary: "Show the help of a command, or explain a topic",
      load: async () => (await import("./help.ts")).help,
    },
  ],
};

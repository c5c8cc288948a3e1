/** `onduty help spool`. */
export const spool = `How an event is kept until it is delivered

An event is on disk, and would survive a power cut, before its first byte is
sent. It leaves the disk when the vendor has accepted it, or when you purge it.

What happens to an event
  delivered    removed from the spool; exit 0
  no response, 408, 425, 429, 5xx
               tried again until --max-wait is over (default 20s; 0 sends once),
               then it stays pending; exit 8, or 0 with --spool-ok
  400, 409, 413, 422 and the like
               the vendor refused it: it moves to dead; exit 1
  402, 404, 405, 423
               not paid, service unknown, or a wrong base URL: it stays
               pending; exit 1
  401, 403     it stays pending, since a key can be repaired; exit 4

Who delivers what is pending
  Every "onduty events" command first tries what is pending for its profile.
  "onduty spool flush" only delivers, and --watch keeps delivering. Events of
  one dedup key are sent in order; another key does not wait for them.

Where it is
  $ONDUTY_STATE_DIR/spool, else $XDG_STATE_HOME/onduty/spool, else
  ~/.local/state/onduty/spool, in the folders tmp, pending and dead. An entry
  names its profile and address, and never holds a key. It is never sent to
  another address than the one it was made for.

When it cannot be written
  The event is sent directly, with a warning. --no-spool asks for that.

"onduty spool --help" lists the commands.

Examples:
  onduty spool list
  onduty spool flush
  onduty spool show ID
  onduty spool retry --all
  onduty spool purge --dead
`;

# PowerShell completion for onduty. Made from its commands: `onduty completion powershell` prints it.
#
# To install it:
#   onduty completion powershell > "$HOME/.onduty-completion.ps1"; Add-Content $PROFILE '. "$HOME/.onduty-completion.ps1"'

Register-ArgumentCompleter -Native -CommandName onduty -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)

  # From a command to those below it, by every word that names them.
  $below = @{
    '/status' = 'status'
    '/events' = 'events'
    '/event' = 'events'
    '/incidents' = 'incidents'
    '/incident' = 'incidents'
    '/oncall' = 'oncall'
    '/stats' = 'stats'
    '/keys' = 'keys'
    '/key' = 'keys'
    '/profiles' = 'profiles'
    '/profile' = 'profiles'
    '/services' = 'services'
    '/service' = 'services'
    '/schedules' = 'schedules'
    '/schedule' = 'schedules'
    '/users' = 'users'
    '/user' = 'users'
    '/teams' = 'teams'
    '/team' = 'teams'
    '/whoami' = 'whoami'
    '/deploy' = 'deploy'
    '/run' = 'run'
    '/spool' = 'spool'
    '/content' = 'content'
    '/api' = 'api'
    '/webhooks' = 'webhooks'
    '/webhook' = 'webhooks'
    '/sandbox' = 'sandbox'
    '/doctor' = 'doctor'
    '/completion' = 'completion'
    '/help' = 'help'
    'events/trigger' = 'events trigger'
    'events/ack' = 'events ack'
    'events/acknowledge' = 'events ack'
    'events/resolve' = 'events resolve'
    'events/change' = 'events change'
    'events/deploy' = 'events change'
    'events/send' = 'events send'
    'events/notify' = 'events notify'
    'events/reconcile' = 'events reconcile'
    'incidents/list' = 'incidents list'
    'incidents/ls' = 'incidents list'
    'incidents/show' = 'incidents show'
    'incidents/create' = 'incidents create'
    'incidents/ack' = 'incidents ack'
    'incidents/acknowledge' = 'incidents ack'
    'incidents/unack' = 'incidents unack'
    'incidents/unacknowledge' = 'incidents unack'
    'incidents/resolve' = 'incidents resolve'
    'incidents/reopen' = 'incidents reopen'
    'incidents/suppress' = 'incidents suppress'
    'incidents/snooze' = 'incidents snooze'
    'incidents/assign' = 'incidents assign'
    'incidents/update' = 'incidents update'
    'incidents/comment' = 'incidents comment'
    'incidents/merge' = 'incidents merge'
    'incidents/timeline' = 'incidents timeline'
    'incidents/open' = 'incidents open'
    'incidents/watch' = 'incidents watch'
    'keys/validate' = 'keys validate'
    'keys/check' = 'keys validate'
    'keys/set' = 'keys set'
    'keys/list' = 'keys list'
    'keys/ls' = 'keys list'
    'keys/remove' = 'keys remove'
    'keys/rm' = 'keys remove'
    'profiles/add' = 'profiles add'
    'profiles/list' = 'profiles list'
    'profiles/ls' = 'profiles list'
    'profiles/use' = 'profiles use'
    'profiles/show' = 'profiles show'
    'profiles/remove' = 'profiles remove'
    'profiles/rm' = 'profiles remove'
    'profiles/rename' = 'profiles rename'
    'profiles/mv' = 'profiles rename'
    'services/list' = 'services list'
    'services/ls' = 'services list'
    'services/show' = 'services show'
    'schedules/list' = 'schedules list'
    'schedules/ls' = 'schedules list'
    'schedules/show' = 'schedules show'
    'users/list' = 'users list'
    'users/ls' = 'users list'
    'users/show' = 'users show'
    'teams/list' = 'teams list'
    'teams/ls' = 'teams list'
    'teams/show' = 'teams show'
    'spool/list' = 'spool list'
    'spool/ls' = 'spool list'
    'spool/show' = 'spool show'
    'spool/flush' = 'spool flush'
    'spool/retry' = 'spool retry'
    'spool/purge' = 'spool purge'
    'content/types' = 'content types'
    'content/list' = 'content list'
    'content/ls' = 'content list'
    'content/show' = 'content show'
    'webhooks/verify' = 'webhooks verify'
    'webhooks/listen' = 'webhooks listen'
    'help/status' = 'help status'
    'help/events' = 'help events'
    'help/event' = 'help events'
    'help/incidents' = 'help incidents'
    'help/incident' = 'help incidents'
    'help/oncall' = 'help oncall'
    'help/stats' = 'help stats'
    'help/keys' = 'help keys'
    'help/key' = 'help keys'
    'help/profiles' = 'help profiles'
    'help/profile' = 'help profiles'
    'help/services' = 'help services'
    'help/service' = 'help services'
    'help/schedules' = 'help schedules'
    'help/schedule' = 'help schedules'
    'help/users' = 'help users'
    'help/user' = 'help users'
    'help/teams' = 'help teams'
    'help/team' = 'help teams'
    'help/whoami' = 'help whoami'
    'help/deploy' = 'help deploy'
    'help/run' = 'help run'
    'help/spool' = 'help spool'
    'help/content' = 'help content'
    'help/api' = 'help api'
    'help/webhooks' = 'help webhooks'
    'help/webhook' = 'help webhooks'
    'help/sandbox' = 'help sandbox'
    'help/doctor' = 'help doctor'
    'help/completion' = 'help completion'
    'help/environment' = 'help environment'
    'help/exit-codes' = 'help exit-codes'
    'help/formatting' = 'help formatting'
    'help events/trigger' = 'help events trigger'
    'help events/ack' = 'help events ack'
    'help events/acknowledge' = 'help events ack'
    'help events/resolve' = 'help events resolve'
    'help events/change' = 'help events change'
    'help events/deploy' = 'help events change'
    'help events/send' = 'help events send'
    'help events/notify' = 'help events notify'
    'help events/reconcile' = 'help events reconcile'
    'help incidents/list' = 'help incidents list'
    'help incidents/ls' = 'help incidents list'
    'help incidents/show' = 'help incidents show'
    'help incidents/create' = 'help incidents create'
    'help incidents/ack' = 'help incidents ack'
    'help incidents/acknowledge' = 'help incidents ack'
    'help incidents/unack' = 'help incidents unack'
    'help incidents/unacknowledge' = 'help incidents unack'
    'help incidents/resolve' = 'help incidents resolve'
    'help incidents/reopen' = 'help incidents reopen'
    'help incidents/suppress' = 'help incidents suppress'
    'help incidents/snooze' = 'help incidents snooze'
    'help incidents/assign' = 'help incidents assign'
    'help incidents/update' = 'help incidents update'
    'help incidents/comment' = 'help incidents comment'
    'help incidents/merge' = 'help incidents merge'
    'help incidents/timeline' = 'help incidents timeline'
    'help incidents/open' = 'help incidents open'
    'help incidents/watch' = 'help incidents watch'
    'help keys/validate' = 'help keys validate'
    'help keys/check' = 'help keys validate'
    'help keys/set' = 'help keys set'
    'help keys/list' = 'help keys list'
    'help keys/ls' = 'help keys list'
    'help keys/remove' = 'help keys remove'
    'help keys/rm' = 'help keys remove'
    'help profiles/add' = 'help profiles add'
    'help profiles/list' = 'help profiles list'
    'help profiles/ls' = 'help profiles list'
    'help profiles/use' = 'help profiles use'
    'help profiles/show' = 'help profiles show'
    'help profiles/remove' = 'help profiles remove'
    'help profiles/rm' = 'help profiles remove'
    'help profiles/rename' = 'help profiles rename'
    'help profiles/mv' = 'help profiles rename'
    'help services/list' = 'help services list'
    'help services/ls' = 'help services list'
    'help services/show' = 'help services show'
    'help schedules/list' = 'help schedules list'
    'help schedules/ls' = 'help schedules list'
    'help schedules/show' = 'help schedules show'
    'help users/list' = 'help users list'
    'help users/ls' = 'help users list'
    'help users/show' = 'help users show'
    'help teams/list' = 'help teams list'
    'help teams/ls' = 'help teams list'
    'help teams/show' = 'help teams show'
    'help spool/list' = 'help spool list'
    'help spool/ls' = 'help spool list'
    'help spool/show' = 'help spool show'
    'help spool/flush' = 'help spool flush'
    'help spool/retry' = 'help spool retry'
    'help spool/purge' = 'help spool purge'
    'help content/types' = 'help content types'
    'help content/list' = 'help content list'
    'help content/ls' = 'help content list'
    'help content/show' = 'help content show'
    'help webhooks/verify' = 'help webhooks verify'
    'help webhooks/listen' = 'help webhooks listen'
  }
  # What is offered at a command, and what it is for.
  $commands = @{
    '' = @(,@('status', 'Show what is open, who is on call and what waits in the spool, of all profiles'),@('events', 'Send alert and deploy events'),@('incidents', 'List, show and work incidents'),@('oncall', 'Show who is on call, until when, and who is next'),@('stats', 'Count incidents, and how long it took to acknowledge and resolve them'),@('keys', 'Check, set and remove the keys of profiles'),@('profiles', 'Add, choose and change profiles: a vendor, its address and keys'),@('services', 'List and show services'),@('schedules', 'List and show on-call schedules'),@('users', 'List and show people'),@('teams', 'List and show teams'),@('whoami', 'Show the identity behind the profile''s key'),@('deploy', 'Record a deploy or other change, from its start to its end'),@('run', 'Run a command; trigger when it fails, resolve when it passes again'),@('spool', 'Manage events on disk that are pending or were refused'),@('content', 'Read runbooks and other content'),@('api', 'Send a request to any route of the vendor, with the profile''s key'),@('webhooks', 'Verify and receive the signed webhooks of OpsKnight'),@('sandbox', 'Serve the API of all three vendors on this machine, for practice'),@('doctor', 'Diagnose this machine, profiles, servers and keys'),@('completion', 'Print the script that completes command lines in a shell'),@('help', 'Show the help of a command, or explain a topic'))
    'events' = @(,@('trigger', 'Trigger an alert; the same dedup key adds to the open alert'),@('ack', 'Acknowledge an alert by dedup key'),@('resolve', 'Resolve an alert by dedup key'),@('change', 'Record a deploy or other change, from its start to its end'),@('send', 'Send many events: JSON objects, in our own words or as PagerDuty''s Events API takes them, or what a monitoring system posts'),@('notify', 'Send the notification of a monitoring system that calls this command'),@('reconcile', 'Trigger what fires in a monitoring system and is not open, and resolve what is open and fires no more'))
    'incidents' = @(,@('list', 'List incidents, newest first; without --status those not resolved'),@('show', 'Show incidents, one object for one id, a list for several'),@('create', 'Open an incident by hand'),@('ack', 'Acknowledge incidents'),@('unack', 'Remove an acknowledgment'),@('resolve', 'Resolve incidents'),@('reopen', 'Reopen incidents that are resolved, snoozed or suppressed'),@('suppress', 'Suppress incidents, where the vendor can'),@('snooze', 'Snooze incidents'),@('assign', 'Assign incidents to somebody, or escalate them to the next level'),@('update', 'Change urgency, priority, title, description or custom fields, as far as the vendor can'),@('comment', 'Add a comment to incidents, where the vendor has comments'),@('merge', 'Merge incidents into another one, which cannot be undone; where the vendor can'),@('timeline', 'Show the history of an incident, oldest first'),@('open', 'Open the page of an incident in the browser, and print its address'),@('watch', 'Watch incidents: a table that stays up to date, or one line of JSON per change in a pipe'))
    'keys' = @(,@('validate', 'Check with the vendors whether keys work and what they allow; never writes'),@('set', 'Store a key of a profile; at a terminal it prompts and shows nothing'),@('list', 'List the keys of all profiles, masked, and where each is stored'),@('remove', 'Remove a key of a profile; asks first'))
    'profiles' = @(,@('add', 'Add a profile; at a terminal what is missing is asked for'),@('list', 'List profiles; the current one has a star'),@('use', 'Make a profile the current one'),@('show', 'Show each value of a profile and where it comes from; keys are masked'),@('remove', 'Remove a profile with its keys; asks first'),@('rename', 'Rename a profile'))
    'services' = @(,@('list', 'List services'),@('show', 'Show a service'))
    'schedules' = @(,@('list', 'List schedules'),@('show', 'Show a schedule'))
    'users' = @(,@('list', 'List users'),@('show', 'Show a user'))
    'teams' = @(,@('list', 'List teams'),@('show', 'Show a team'))
    'spool' = @(,@('list', 'List events on disk: pending wait for delivery, dead were refused by the vendor'),@('show', 'Show events on disk in full'),@('flush', 'Deliver what waits, of every profile'),@('retry', 'Move refused events back to pending, at their old place'),@('purge', 'Delete events from disk permanently; asks first'))
    'content' = @(,@('types', 'List the types of content'),@('list', 'List the objects of a type'),@('show', 'Show an object: text to read at a terminal'))
    'webhooks' = @(,@('verify', 'Verify the signature of an OpsKnight webhook'),@('listen', 'Receive OpsKnight''s webhooks, check their signatures, and print them or run a command for each'))
    'help' = @(,@('status', 'Show what is open, who is on call and what waits in the spool, of all profiles'),@('events', 'Send alert and deploy events'),@('incidents', 'List, show and work incidents'),@('oncall', 'Show who is on call, until when, and who is next'),@('stats', 'Count incidents, and how long it took to acknowledge and resolve them'),@('keys', 'Check, set and remove the keys of profiles'),@('profiles', 'Add, choose and change profiles: a vendor, its address and keys'),@('services', 'List and show services'),@('schedules', 'List and show on-call schedules'),@('users', 'List and show people'),@('teams', 'List and show teams'),@('whoami', 'Show the identity behind the profile''s key'),@('deploy', 'Record a deploy or other change, from its start to its end'),@('run', 'Run a command; trigger when it fails, resolve when it passes again'),@('spool', 'Manage events on disk that are pending or were refused'),@('content', 'Read runbooks and other content'),@('api', 'Send a request to any route of the vendor, with the profile''s key'),@('webhooks', 'Verify and receive the signed webhooks of OpsKnight'),@('sandbox', 'Serve the API of all three vendors on this machine, for practice'),@('doctor', 'Diagnose this machine, profiles, servers and keys'),@('completion', 'Print the script that completes command lines in a shell'),@('environment', 'Variables that onduty reads'),@('exit-codes', 'What each exit code means, for scripts'),@('formatting', 'Formats of output, fields, jq, colors and times'))
    'help events' = @(,@('trigger', 'Trigger an alert; the same dedup key adds to the open alert'),@('ack', 'Acknowledge an alert by dedup key'),@('resolve', 'Resolve an alert by dedup key'),@('change', 'Record a deploy or other change, from its start to its end'),@('send', 'Send many events: JSON objects, in our own words or as PagerDuty''s Events API takes them, or what a monitoring system posts'),@('notify', 'Send the notification of a monitoring system that calls this command'),@('reconcile', 'Trigger what fires in a monitoring system and is not open, and resolve what is open and fires no more'))
    'help incidents' = @(,@('list', 'List incidents, newest first; without --status those not resolved'),@('show', 'Show incidents, one object for one id, a list for several'),@('create', 'Open an incident by hand'),@('ack', 'Acknowledge incidents'),@('unack', 'Remove an acknowledgment'),@('resolve', 'Resolve incidents'),@('reopen', 'Reopen incidents that are resolved, snoozed or suppressed'),@('suppress', 'Suppress incidents, where the vendor can'),@('snooze', 'Snooze incidents'),@('assign', 'Assign incidents to somebody, or escalate them to the next level'),@('update', 'Change urgency, priority, title, description or custom fields, as far as the vendor can'),@('comment', 'Add a comment to incidents, where the vendor has comments'),@('merge', 'Merge incidents into another one, which cannot be undone; where the vendor can'),@('timeline', 'Show the history of an incident, oldest first'),@('open', 'Open the page of an incident in the browser, and print its address'),@('watch', 'Watch incidents: a table that stays up to date, or one line of JSON per change in a pipe'))
    'help keys' = @(,@('validate', 'Check with the vendors whether keys work and what they allow; never writes'),@('set', 'Store a key of a profile; at a terminal it prompts and shows nothing'),@('list', 'List the keys of all profiles, masked, and where each is stored'),@('remove', 'Remove a key of a profile; asks first'))
    'help profiles' = @(,@('add', 'Add a profile; at a terminal what is missing is asked for'),@('list', 'List profiles; the current one has a star'),@('use', 'Make a profile the current one'),@('show', 'Show each value of a profile and where it comes from; keys are masked'),@('remove', 'Remove a profile with its keys; asks first'),@('rename', 'Rename a profile'))
    'help services' = @(,@('list', 'List services'),@('show', 'Show a service'))
    'help schedules' = @(,@('list', 'List schedules'),@('show', 'Show a schedule'))
    'help users' = @(,@('list', 'List users'),@('show', 'Show a user'))
    'help teams' = @(,@('list', 'List teams'),@('show', 'Show a team'))
    'help spool' = @(,@('list', 'List events on disk: pending wait for delivery, dead were refused by the vendor'),@('show', 'Show events on disk in full'),@('flush', 'Deliver what waits, of every profile'),@('retry', 'Move refused events back to pending, at their old place'),@('purge', 'Delete events from disk permanently; asks first'))
    'help content' = @(,@('types', 'List the types of content'),@('list', 'List the objects of a type'),@('show', 'Show an object: text to read at a terminal'))
    'help webhooks' = @(,@('verify', 'Verify the signature of an OpsKnight webhook'),@('listen', 'Receive OpsKnight''s webhooks, check their signatures, and print them or run a command for each'))
  }
  $options = @{
    '' = @(,@('-V', 'print version and commit'),@('--version', 'print version and commit'))
    'status' = @(,@('--exit-status', 'exit 9 when something is open and not acknowledged'))
    'events trigger' = @(,@('--summary', 'the summary as an option'),@('--severity', 'critical, error, warning or info (default: error)'),@('--source', 'what detected it (default: the CI job, else this host)'),@('--dedup-key', 'ties later events to this problem (default: from the CI job, else source and summary)'),@('--component', 'part that is broken'),@('--group', 'what it belongs to'),@('--class', 'kind of problem'),@('--detail', 'detail; can be repeated'),@('--details', 'JSON object with details; - for standard input'),@('--link', 'page to look at; can be repeated'),@('--at', 'when it happened (default: now)'),@('--exit-status', 'exit 9 when the vendor ignored the event'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'events ack' = @(,@('--note', 'comment to leave with it, where the vendor has comments'),@('--summary', 'title to send along, that of the trigger; Flashduty may show it instead of the key'),@('--exit-status', 'exit 9 when nothing was open under the key'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'events resolve' = @(,@('--note', 'comment to leave with it, where the vendor has comments'),@('--summary', 'title to send along, that of the trigger; Flashduty may show it instead of the key'),@('--exit-status', 'exit 9 when nothing was open under the key'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'events change' = @(,@('--summary', 'the summary as an option'),@('--status', 'started, succeeded, failed, canceled; a CI job''s own word works'),@('--change-key', 'ties the events of one change together (default: from the CI job and environment)'),@('--environment', 'where to (default: of the CI job)'),@('--version', 'what is deployed'),@('--at', 'when it happened (default: now)'),@('--link', 'page to look at; can be repeated (default: the CI run)'),@('--detail', 'detail; can be repeated'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'events send' = @(,@('--from', 'read what this monitoring system posts'),@('--map', 'read any JSON: the jq expression makes events of each document'),@('--key-prefix', 'stands before each dedup key: it distinguishes senders'),@('--concurrency', 'events under way at once, 1 to 64'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'events notify' = @(,@('--from', 'the monitoring system'),@('--key-prefix', 'prefix of the dedup key, where several installations watch hosts of the same name'),@('--max-time', 'end after this time; the event is in the spool long before'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'events reconcile' = @(,@('--from', 'the monitoring system'),@('--url', 'address of Alertmanager, which is asked instead of reading a list'),@('--key-prefix', 'the prefix that its events are sent with'),@('--receiver', 'the receiver that sends to onduty; other alerts are not triggered'),@('--min-uptime', 'with --url: how long Alertmanager must have been up'),@('--allow-empty', 'resolve all when the list has no alerts'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'incidents list' = @(,@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'),@('--sort', 'order by'),@('--order', 'direction of the order'),@('--limit', 'most incidents to list (default: 50)'),@('--all', 'list every one'),@('--exit-status', 'exit 9 when something matches, 0 when nothing does'))
    'incidents create' = @(,@('--urgency', 'high, medium or low'),@('--service', 'what is concerned (default: from the profile)'),@('--description', 'description; - reads it from standard input'),@('--priority', 'the vendor''s own word, where it has priorities'),@('--assign', 'id, e-mail address, name or me; may be repeated where the vendor takes several'))
    'incidents ack' = @(,@('--note', 'comment to leave with it, where the vendor has comments'),@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'))
    'incidents unack' = @(,@('--note', 'comment to leave with it, where the vendor has comments'),@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'))
    'incidents resolve' = @(,@('--note', 'comment to leave with it, where the vendor has comments'),@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'))
    'incidents reopen' = @(,@('--note', 'comment to leave with it, where the vendor has comments'),@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'))
    'incidents suppress' = @(,@('--note', 'comment to leave with it, where the vendor has comments'),@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'))
    'incidents snooze' = @(,@('--for', 'how long, such as 30m or 2h (default: as the vendor does)'),@('--note', 'comment to leave with it, where the vendor has comments'),@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'))
    'incidents assign' = @(,@('--to', 'id, e-mail address, name or me; may be repeated where the vendor takes several; none takes it away from whoever has it'),@('--add', 'call in these people beside those who have it, where the vendor can'),@('--escalate', 'to the next level of its escalation rule, where the vendor can'),@('--note', 'comment to leave with it, where the vendor has comments'),@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'))
    'incidents update' = @(,@('--urgency', 'high, medium or low'),@('--priority', 'the vendor''s own word'),@('--title', 'new title'),@('--description', 'new description'),@('--field', 'a custom field, in the type that it has; where the vendor has them; may be repeated'),@('--raw-field', 'a custom field, always as a text; may be repeated'),@('--note', 'comment to leave with it, where the vendor has comments'))
    'incidents comment' = @(,@('--note', 'the text; all words are ids then'))
    'incidents merge' = @(,@('--into', 'the incident that stays'),@('--note', 'comment to leave with it'))
    'incidents watch' = @(,@('--status', 'open, acknowledged, resolved, snoozed, suppressed or all; may be repeated'),@('--urgency', 'high, medium or low; may be repeated'),@('--service', 'only of this service; may be repeated'),@('--team', 'only of this team'),@('--assignee', 'only what this person has'),@('--since', 'created at or after: 2h, yesterday, 2024-01-15 10:30'),@('--until', 'created before'),@('--query', 'only with this text in title or description, and where else the vendor searches'),@('--interval', 'between two looks; longer when the server asks for it'),@('--exec', 'run this by the shell for each change, with its JSON on standard input'),@('--bell', 'ring the terminal''s bell when something opens'),@('--until-empty', 'end when nothing matches any more'))
    'oncall' = @(,@('--user', 'only schedules on which this person is on call: id, e-mail address, name or me'),@('--at', 'at another time than now, such as in 2h or tomorrow 09:00, where the vendor supports it'),@('--exit-status', 'with --user: exit 0 when on call, 9 when not'))
    'stats' = @(,@('--since', 'created at or after (default: 2w)'),@('--until', 'created before (default: now)'),@('--by', 'what the rows are'))
    'keys validate' = @(,@('--all', 'the keys of every profile'),@('--for', 'what the key is wanted for; other scopes are not needed (default: what the profile uses it for)'))
    'keys set' = @(,@('--kind', 'what the key is for'),@('--stdin', 'read the key from standard input'),@('--key-command', 'a command whose first line of output is the key; run without a shell, each time it is needed'),@('--key-env', 'an environment variable that holds the key'),@('--keyring', 'store the key in the operating system''s keyring, not in the config file'))
    'keys remove' = @(,@('--kind', 'which key'))
    'profiles add' = @(,@('--provider', 'opsknight, flashduty or flotiq'),@('--base-url', 'the vendor''s address; has a default on flashduty and flotiq'),@('--stdin', 'read the key from standard input'),@('--key-command', 'a command whose first line of output is the key; run without a shell, each time it is needed'),@('--key-env', 'an environment variable that holds the key'),@('--keyring', 'store the key in the operating system''s keyring, not in the config file'),@('--service', 'service that events go to'),@('--routing-key', 'routing key of events'),@('--user', 'who me is: id, e-mail or name'),@('--ca-file', 'PEM file of additional certificate authorities'),@('--proxy', 'proxy to go through'),@('--allow-http', 'send keys in clear text to an http:// address'))
    'services list' = @(,@('--query', 'only with this text in the name or id'),@('--limit', 'most services to list (default: 100)'),@('--all', 'list every one'))
    'schedules list' = @(,@('--query', 'only with this text in the name or id'),@('--limit', 'most schedules to list (default: 100)'),@('--all', 'list every one'))
    'schedules show' = @(,@('--shifts', 'who is on call when, gaps included, where the vendor supports it'),@('--since', 'first moment of the shifts (default: now)'),@('--for', 'how long from there (default: 7d)'))
    'users list' = @(,@('--query', 'only with this text in the name, e-mail address or id'),@('--limit', 'most users to list (default: 100)'),@('--all', 'list every one'))
    'teams list' = @(,@('--query', 'only with this text in the name or id'),@('--limit', 'most teams to list (default: 100)'),@('--all', 'list every one'))
    'deploy' = @(,@('--summary', 'the summary as an option'),@('--status', 'started, succeeded, failed, canceled; a CI job''s own word works'),@('--change-key', 'ties the events of one change together (default: from the CI job and environment)'),@('--environment', 'where to (default: of the CI job)'),@('--version', 'what is deployed'),@('--at', 'when it happened (default: now)'),@('--link', 'page to look at; can be repeated (default: the CI run)'),@('--detail', 'detail; can be repeated'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'run' = @(,@('--dedup-key', 'ties runs of one job together (default: from the CI job, else host and command line)'),@('--summary', 'what is wrong when it fails (default: the command''s name and how it ended)'),@('--severity', 'critical, error, warning or info (default: error)'),@('--change', 'record a deploy from start to end instead'),@('--environment', 'of the deploy (default: of the CI job)'),@('--version', 'of the deploy'),@('--on-cancel', 'what SIGINT or SIGTERM does: nothing, or trigger as for a failure (default: nothing)'),@('--attach-output', 'add the last 20 lines of its stderr, which may hold secrets'),@('--service', 'service, by ID or name (default: from the profile)'),@('--routing-key', 'routing key (default: from the profile)'),@('--spool-ok', 'exit 0 when the event is safe on disk but not delivered yet'),@('--no-spool', 'send directly, keeping nothing on disk'))
    'spool list' = @(,@('--pending', 'only those that wait'),@('--dead', 'only those that were refused'))
    'spool flush' = @(,@('--watch', 'go on until interrupted, looking for new events every 5 seconds'))
    'spool retry' = @(,@('--all', 'every one that was refused'))
    'spool purge' = @(,@('--dead', 'those that were refused (default)'),@('--pending', 'those that wait, which are then never delivered'),@('--all', 'both'))
    'content types' = @(,@('--limit', 'most types to list (default: 100)'),@('--all', 'list every one'))
    'content list' = @(,@('--filter', 'field=value, !=, ~= (contains), <, <=, > or >=, or the vendor''s JSON; may be repeated'),@('--query', 'only with this text anywhere, by the vendor''s search'),@('--order-by', 'such as internal.updatedAt'),@('--order', 'direction of the order'),@('--hydrate', 'fill in what objects refer to: 0, 1 or 2'),@('--limit', 'most objects to list (default: 100)'),@('--all', 'list every one'))
    'content show' = @(,@('--hydrate', 'fill in what it refers to: 0, 1 or 2'))
    'api' = @(,@('--field', 'true, false, null and numbers are themselves, @FILE is a file''s text, @- standard input; may be repeated'),@('--raw-field', 'always a text; may be repeated'),@('--input', 'JSON to send; - for standard input'),@('--query', 'behind the path; may be repeated'),@('--header', 'may be repeated'),@('--include', 'print status and headers before the response'),@('--paginate', 'ask for all pages, and print one array'),@('--limit', 'with --paginate: at most so many'))
    'webhooks verify' = @(,@('--file', 'the body, byte for byte as it came; without it or as -, standard input'),@('--header', 'a header that came with it; may be repeated, others than its own are skipped'),@('--signature', 'the same as --header ''X-OpsKnight-Signature: ...'''),@('--timestamp', 'the same as --header ''X-OpsKnight-Timestamp: ...'''),@('--secret-env', 'the environment variable that holds the webhook''s secret'),@('--tolerance', 'how old a signature may be, where it has a time; 0 for any age'))
    'webhooks listen' = @(,@('--port', 'to listen on; 0 takes any that is free'),@('--host', 'to listen on; other machines reach it only on one that is not loopback'),@('--secret-env', 'the environment variable that holds the webhook''s secret'),@('--tolerance', 'how old a signature may be, where it has a time; 0 for any age'),@('--exec', 'run this by the shell for each, with its JSON on standard input, instead of printing it'),@('--forward', 'send each on as it came; on loopback only'),@('--max-body', 'largest body that is taken'),@('--concurrency', 'worked on at once, 1 to 64; those of one incident one after the other'))
    'sandbox' = @(,@('--port', 'port on loopback; 0 takes any that is free'),@('--data', 'keep its state in this file'),@('--chaos', 'break on purpose: latency=200ms,429=5%,500=10%,reset=2%; Flashduty also nulls,words,missing,late=2s,side=403'),@('--dialect', 'how OpsKnight answers'),@('--add-profiles', 'store profiles sandbox-opsknight, sandbox-flashduty and sandbox-flotiq'),@('--webhook-url', 'send OpsKnight''s signed webhooks there; on this machine only'))
  }
  $globals = @(,@('-p', 'profile to use; again, or with commas, for several'),@('--profile', 'profile to use; again, or with commas, for several'),@('--all-profiles', 'ask every profile, where several can be asked'),@('-o', 'how results are printed (default: table)'),@('--output', 'how results are printed (default: table)'),@('--json', 'same as --output json'),@('--fields', 'only these fields, in this order, separated by commas'),@('--jq', 'filter JSON output with a jq expression (per row with ndjson); implies --json'),@('-r', 'with --jq: strings without quotes'),@('--raw-output', 'with --jq: strings without quotes'),@('--color', 'color even when the output is not a terminal'),@('--no-color', 'no color'),@('-q', 'suppress notices; print only IDs for lists'),@('--quiet', 'suppress notices; print only IDs for lists'),@('--debug', 'log each request and retry to stderr (keys masked)'),@('--dry-run', 'print what would be sent or stored, and change nothing'),@('--timeout', 'maximum time for one request'),@('--max-wait', 'maximum total wait between retries'),@('--tz', 'time zone of printed times: an IANA name, local or utc'),@('-y', 'answer yes to confirmations'),@('--yes', 'answer yes to confirmations'),@('--no-input', 'never prompt; fail where a prompt would be needed'),@('-h', 'display help for command'),@('--help', 'display help for command'))
  # Options that take a value, and which.
  $values = @{
    'events trigger:--summary' = 'text'
    'events trigger:--severity' = 'words critical error warning info'
    'events trigger:--source' = 'text'
    'events trigger:--dedup-key' = 'text'
    'events trigger:--component' = 'text'
    'events trigger:--group' = 'text'
    'events trigger:--class' = 'text'
    'events trigger:--detail' = 'text'
    'events trigger:--details' = 'files'
    'events trigger:--link' = 'text'
    'events trigger:--at' = 'text'
    'events trigger:--service' = 'ids services'
    'events trigger:--routing-key' = 'text'
    'events ack:--note' = 'text'
    'events ack:--summary' = 'text'
    'events ack:--service' = 'ids services'
    'events ack:--routing-key' = 'text'
    'events resolve:--note' = 'text'
    'events resolve:--summary' = 'text'
    'events resolve:--service' = 'ids services'
    'events resolve:--routing-key' = 'text'
    'events change:--summary' = 'text'
    'events change:--status' = 'words started succeeded failed canceled'
    'events change:--change-key' = 'text'
    'events change:--environment' = 'text'
    'events change:--version' = 'text'
    'events change:--at' = 'text'
    'events change:--link' = 'text'
    'events change:--detail' = 'text'
    'events change:--service' = 'ids services'
    'events change:--routing-key' = 'text'
    'events send:--from' = 'words alertmanager grafana datadog cloudwatch pagerduty azure gcp sentry newrelic uptime-kuma zabbix checkmk'
    'events send:--map' = 'text'
    'events send:--key-prefix' = 'text'
    'events send:--concurrency' = 'text'
    'events send:--service' = 'ids services'
    'events send:--routing-key' = 'text'
    'events notify:--from' = 'words nagios icinga2 monit zabbix collectd nut systemd'
    'events notify:--key-prefix' = 'text'
    'events notify:--max-time' = 'text'
    'events notify:--service' = 'ids services'
    'events notify:--routing-key' = 'text'
    'events reconcile:--from' = 'words alertmanager'
    'events reconcile:--url' = 'text'
    'events reconcile:--key-prefix' = 'text'
    'events reconcile:--receiver' = 'text'
    'events reconcile:--min-uptime' = 'text'
    'events reconcile:--service' = 'ids services'
    'events reconcile:--routing-key' = 'text'
    'incidents list:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents list:--urgency' = 'list high medium low'
    'incidents list:--service' = 'ids services'
    'incidents list:--team' = 'ids teams'
    'incidents list:--assignee' = 'ids users me'
    'incidents list:--since' = 'text'
    'incidents list:--until' = 'text'
    'incidents list:--query' = 'text'
    'incidents list:--sort' = 'words created updated urgency status'
    'incidents list:--order' = 'words asc desc'
    'incidents list:--limit' = 'text'
    'incidents create:--urgency' = 'words high medium low'
    'incidents create:--service' = 'ids services'
    'incidents create:--description' = 'text'
    'incidents create:--priority' = 'text'
    'incidents create:--assign' = 'ids users me'
    'incidents ack:--note' = 'text'
    'incidents ack:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents ack:--urgency' = 'list high medium low'
    'incidents ack:--service' = 'ids services'
    'incidents ack:--team' = 'ids teams'
    'incidents ack:--assignee' = 'ids users me'
    'incidents ack:--since' = 'text'
    'incidents ack:--until' = 'text'
    'incidents ack:--query' = 'text'
    'incidents unack:--note' = 'text'
    'incidents unack:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents unack:--urgency' = 'list high medium low'
    'incidents unack:--service' = 'ids services'
    'incidents unack:--team' = 'ids teams'
    'incidents unack:--assignee' = 'ids users me'
    'incidents unack:--since' = 'text'
    'incidents unack:--until' = 'text'
    'incidents unack:--query' = 'text'
    'incidents resolve:--note' = 'text'
    'incidents resolve:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents resolve:--urgency' = 'list high medium low'
    'incidents resolve:--service' = 'ids services'
    'incidents resolve:--team' = 'ids teams'
    'incidents resolve:--assignee' = 'ids users me'
    'incidents resolve:--since' = 'text'
    'incidents resolve:--until' = 'text'
    'incidents resolve:--query' = 'text'
    'incidents reopen:--note' = 'text'
    'incidents reopen:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents reopen:--urgency' = 'list high medium low'
    'incidents reopen:--service' = 'ids services'
    'incidents reopen:--team' = 'ids teams'
    'incidents reopen:--assignee' = 'ids users me'
    'incidents reopen:--since' = 'text'
    'incidents reopen:--until' = 'text'
    'incidents reopen:--query' = 'text'
    'incidents suppress:--note' = 'text'
    'incidents suppress:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents suppress:--urgency' = 'list high medium low'
    'incidents suppress:--service' = 'ids services'
    'incidents suppress:--team' = 'ids teams'
    'incidents suppress:--assignee' = 'ids users me'
    'incidents suppress:--since' = 'text'
    'incidents suppress:--until' = 'text'
    'incidents suppress:--query' = 'text'
    'incidents snooze:--for' = 'text'
    'incidents snooze:--note' = 'text'
    'incidents snooze:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents snooze:--urgency' = 'list high medium low'
    'incidents snooze:--service' = 'ids services'
    'incidents snooze:--team' = 'ids teams'
    'incidents snooze:--assignee' = 'ids users me'
    'incidents snooze:--since' = 'text'
    'incidents snooze:--until' = 'text'
    'incidents snooze:--query' = 'text'
    'incidents assign:--to' = 'ids users me none'
    'incidents assign:--note' = 'text'
    'incidents assign:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents assign:--urgency' = 'list high medium low'
    'incidents assign:--service' = 'ids services'
    'incidents assign:--team' = 'ids teams'
    'incidents assign:--assignee' = 'ids users me'
    'incidents assign:--since' = 'text'
    'incidents assign:--until' = 'text'
    'incidents assign:--query' = 'text'
    'incidents update:--urgency' = 'words high medium low'
    'incidents update:--priority' = 'text'
    'incidents update:--title' = 'text'
    'incidents update:--description' = 'text'
    'incidents update:--field' = 'text'
    'incidents update:--raw-field' = 'text'
    'incidents update:--note' = 'text'
    'incidents comment:--note' = 'text'
    'incidents merge:--into' = 'ids incidents'
    'incidents merge:--note' = 'text'
    'incidents watch:--status' = 'list open acknowledged resolved snoozed suppressed all'
    'incidents watch:--urgency' = 'list high medium low'
    'incidents watch:--service' = 'ids services'
    'incidents watch:--team' = 'ids teams'
    'incidents watch:--assignee' = 'ids users me'
    'incidents watch:--since' = 'text'
    'incidents watch:--until' = 'text'
    'incidents watch:--query' = 'text'
    'incidents watch:--interval' = 'text'
    'incidents watch:--exec' = 'programs'
    'oncall:--user' = 'ids users me'
    'oncall:--at' = 'text'
    'stats:--since' = 'text'
    'stats:--until' = 'text'
    'stats:--by' = 'words service team user hour'
    'keys validate:--for' = 'words events incidents read all'
    'keys set:--kind' = 'words api integration change'
    'keys set:--key-command' = 'programs'
    'keys set:--key-env' = 'text'
    'keys remove:--kind' = 'words api integration change'
    'profiles add:--provider' = 'words opsknight flashduty flotiq'
    'profiles add:--base-url' = 'text'
    'profiles add:--key-command' = 'programs'
    'profiles add:--key-env' = 'text'
    'profiles add:--service' = 'ids services'
    'profiles add:--routing-key' = 'text'
    'profiles add:--user' = 'ids users me'
    'profiles add:--ca-file' = 'files'
    'profiles add:--proxy' = 'text'
    'services list:--query' = 'text'
    'services list:--limit' = 'text'
    'schedules list:--query' = 'text'
    'schedules list:--limit' = 'text'
    'schedules show:--since' = 'text'
    'schedules show:--for' = 'text'
    'users list:--query' = 'text'
    'users list:--limit' = 'text'
    'teams list:--query' = 'text'
    'teams list:--limit' = 'text'
    'deploy:--summary' = 'text'
    'deploy:--status' = 'words started succeeded failed canceled'
    'deploy:--change-key' = 'text'
    'deploy:--environment' = 'text'
    'deploy:--version' = 'text'
    'deploy:--at' = 'text'
    'deploy:--link' = 'text'
    'deploy:--detail' = 'text'
    'deploy:--service' = 'ids services'
    'deploy:--routing-key' = 'text'
    'run:--dedup-key' = 'text'
    'run:--summary' = 'text'
    'run:--severity' = 'words critical error warning info'
    'run:--environment' = 'text'
    'run:--version' = 'text'
    'run:--on-cancel' = 'words nothing trigger'
    'run:--service' = 'ids services'
    'run:--routing-key' = 'text'
    'content types:--limit' = 'text'
    'content list:--filter' = 'text'
    'content list:--query' = 'text'
    'content list:--order-by' = 'text'
    'content list:--order' = 'words asc desc'
    'content list:--hydrate' = 'text'
    'content list:--limit' = 'text'
    'content show:--hydrate' = 'text'
    'api:--field' = 'text'
    'api:--raw-field' = 'text'
    'api:--input' = 'files'
    'api:--query' = 'text'
    'api:--header' = 'text'
    'api:--limit' = 'text'
    'webhooks verify:--file' = 'files'
    'webhooks verify:--header' = 'text'
    'webhooks verify:--signature' = 'text'
    'webhooks verify:--timestamp' = 'text'
    'webhooks verify:--secret-env' = 'text'
    'webhooks verify:--tolerance' = 'text'
    'webhooks listen:--port' = 'text'
    'webhooks listen:--host' = 'text'
    'webhooks listen:--secret-env' = 'text'
    'webhooks listen:--tolerance' = 'text'
    'webhooks listen:--exec' = 'programs'
    'webhooks listen:--forward' = 'text'
    'webhooks listen:--max-body' = 'text'
    'webhooks listen:--concurrency' = 'text'
    'sandbox:--port' = 'text'
    'sandbox:--data' = 'files'
    'sandbox:--chaos' = 'text'
    'sandbox:--dialect' = 'words documented 1.3'
    'sandbox:--webhook-url' = 'text'
    '*:-p' = 'ids profiles'
    '*:--profile' = 'ids profiles'
    '*:-o' = 'words table json ndjson csv tsv yaml markdown'
    '*:--output' = 'words table json ndjson csv tsv yaml markdown'
    '*:--fields' = 'text'
    '*:--jq' = 'text'
    '*:--timeout' = 'text'
    '*:--max-wait' = 'text'
    '*:--tz' = 'words local utc'
  }
  # Operands, by their number, the first being 0; * is any.
  $operands = @{
    'events ack:*' = 'ids keys'
    'events resolve:*' = 'ids keys'
    'events send:0' = 'files'
    'events reconcile:0' = 'files'
    'incidents show:*' = 'ids incidents'
    'incidents ack:*' = 'ids incidents'
    'incidents unack:*' = 'ids incidents'
    'incidents resolve:*' = 'ids incidents'
    'incidents suppress:*' = 'ids incidents'
    'incidents snooze:*' = 'ids incidents'
    'incidents assign:*' = 'ids incidents'
    'incidents update:*' = 'ids incidents'
    'incidents comment:*' = 'ids incidents'
    'incidents merge:*' = 'ids incidents'
    'incidents timeline:0' = 'ids incidents'
    'incidents open:0' = 'ids incidents'
    'incidents reopen:*' = 'ids resolved'
    'oncall:*' = 'ids schedules'
    'schedules show:0' = 'ids schedules'
    'keys validate:*' = 'ids profiles'
    'keys set:0' = 'ids profiles'
    'keys remove:0' = 'ids profiles'
    'profiles use:0' = 'ids profiles'
    'profiles show:0' = 'ids profiles'
    'profiles remove:0' = 'ids profiles'
    'profiles rename:0' = 'ids profiles'
    'services show:0' = 'ids services'
    'users show:0' = 'ids users me'
    'teams show:0' = 'ids teams'
    'run:*' = 'programs'
    'spool show:*' = 'ids spool'
    'spool purge:*' = 'ids spool'
    'spool retry:*' = 'ids dead'
    'api:0' = 'words GET POST PUT PATCH DELETE'
    'completion:0' = 'words bash zsh fish powershell'
  }

  $at = ''
  $flag = ''
  $profileName = ''
  $ended = $false
  $count = 0
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    # The word at the cursor is the one that is completed.
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $word = if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $element.Value } else { $element.Extent.Text }
    $valued = $values.ContainsKey("${at}:$word") -or $values.ContainsKey("*:$word")
    if ($flag -ne '') {
      if ($flag -ceq '-p' -or $flag -eq '--profile') { $profileName = $word }
      $flag = ''
    } elseif (-not $ended -and $word -eq '--') {
      $ended = $true
    } elseif (-not $ended -and $word.Length -gt 1 -and $word.StartsWith('-')) {
      if ($valued) { $flag = $word }
      elseif ($word.StartsWith('--profile=')) { $profileName = $word.Substring(10) }
    } elseif ($commands.ContainsKey($at)) {
      if (-not $below.ContainsKey("$at/$word")) { return }
      $at = $below["$at/$word"]
    } else {
      $count++
    }
  }

  $before = ''
  $current = $wordToComplete
  $value = ''
  $found = @()
  if ($flag -eq '' -and -not $ended -and $current -match '^(--[^=]+)=(.*)$') {
    $flag = $Matches[1]
    $before = "$flag="
    $current = $Matches[2]
  }
  if ($flag -ne '') {
    $value = $values["${at}:$flag"]
    if (-not $value) { $value = $values["*:$flag"] }
  } elseif (-not $ended -and $current.StartsWith('-')) {
    $found = @($options[$at]) + $globals
  } elseif ($commands.ContainsKey($at)) {
    $found = $commands[$at]
  } else {
    $value = $operands["${at}:$count"]
    if (-not $value) { $value = $operands["${at}:*"] }
  }

  if ($value) {
    $kind, $words = $value -split ' '
    $words = @($words)
    if ($kind -eq 'ids') {
      $request = @('__complete', $words[0])
      if ($profileName -ne '') { $request += @('--profile', $profileName) }
      $program = Get-Command onduty -CommandType Application, ExternalScript -ErrorAction SilentlyContinue | Select-Object -First 1
      if ($program) {
        foreach ($line in (& $program @request 2>$null)) {
          $id, $about = $line -split "`t", 2
          # They are shown to be harmless a second time: nothing else may reach a command line.
          $signs = if ($words[0] -eq 'keys') { ':/@%+=,~ ' } else { '' }
          if ($id -match "^[A-Za-z0-9_][A-Za-z0-9._$signs-]*`$") { $found += , @($id, $about) }
        }
      }
      $words = @($words | Select-Object -Skip 1)
    }
    if ($kind -eq 'list' -and $current -match '^(.*,)(.*)$') {
      $before += $Matches[1]
      $current = $Matches[2]
    }
    if ($kind -in 'words', 'list', 'ids') {
      foreach ($word in $words) { $found += , @($word, $word) }
    }
  }

  foreach ($pair in $found) {
    if ($pair -and $pair[0].StartsWith($current, [StringComparison]::OrdinalIgnoreCase)) {
      $about = if ($pair[1]) { $pair[1] } else { $pair[0] }
      $text = if ($pair[0] -match '[@%+=,~ ]') { "'$($pair[0])'" } else { $pair[0] }
      [System.Management.Automation.CompletionResult]::new($before + $text, $pair[0], 'ParameterValue', $about)
    }
  }
}

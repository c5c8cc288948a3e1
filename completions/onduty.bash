# bash completion for onduty. Made from its commands: `onduty completion bash` prints it.
#
# To install it, where bash-completion is there:
#   mkdir -p ~/.local/share/bash-completion/completions && onduty completion bash > ~/.local/share/bash-completion/completions/onduty
# and anywhere else:
#   onduty completion bash > ~/.onduty-completion.bash && echo '. ~/.onduty-completion.bash' >> ~/.bashrc

# Goes from the command `at` to the one that a word names below it; false when none fits.
__onduty_enter() {
  case "$at/$1" in
    '/status') at='status' ;;
    '/events' | '/event') at='events' ;;
    '/incidents' | '/incident') at='incidents' ;;
    '/oncall') at='oncall' ;;
    '/handoff') at='handoff' ;;
    '/stats') at='stats' ;;
    '/prompt') at='prompt' ;;
    '/changes') at='changes' ;;
    '/silences' | '/silence') at='silences' ;;
    '/keys' | '/key') at='keys' ;;
    '/profiles' | '/profile') at='profiles' ;;
    '/services' | '/service') at='services' ;;
    '/schedules' | '/schedule') at='schedules' ;;
    '/users' | '/user') at='users' ;;
    '/teams' | '/team') at='teams' ;;
    '/whoami') at='whoami' ;;
    '/deploy') at='deploy' ;;
    '/run') at='run' ;;
    '/spool') at='spool' ;;
    '/content') at='content' ;;
    '/api') at='api' ;;
    '/webhooks' | '/webhook') at='webhooks' ;;
    '/sandbox') at='sandbox' ;;
    '/mcp') at='mcp' ;;
    '/doctor') at='doctor' ;;
    '/completion') at='completion' ;;
    '/help') at='help' ;;
    '/trigger') at='events trigger' ;;
    '/list' | '/ls') at='incidents list' ;;
    '/show') at='incidents show' ;;
    '/ack' | '/acknowledge') at='incidents ack' ;;
    '/resolve') at='incidents resolve' ;;
    '/open') at='incidents open' ;;
    '/watch') at='incidents watch' ;;
    'events/trigger') at='events trigger' ;;
    'events/ack' | 'events/acknowledge') at='events ack' ;;
    'events/resolve') at='events resolve' ;;
    'events/change' | 'events/deploy') at='events change' ;;
    'events/send') at='events send' ;;
    'events/notify') at='events notify' ;;
    'events/reconcile') at='events reconcile' ;;
    'incidents/list' | 'incidents/ls') at='incidents list' ;;
    'incidents/show') at='incidents show' ;;
    'incidents/create') at='incidents create' ;;
    'incidents/ack' | 'incidents/acknowledge') at='incidents ack' ;;
    'incidents/unack' | 'incidents/unacknowledge') at='incidents unack' ;;
    'incidents/resolve') at='incidents resolve' ;;
    'incidents/reopen') at='incidents reopen' ;;
    'incidents/suppress') at='incidents suppress' ;;
    'incidents/snooze') at='incidents snooze' ;;
    'incidents/assign') at='incidents assign' ;;
    'incidents/update') at='incidents update' ;;
    'incidents/comment') at='incidents comment' ;;
    'incidents/merge') at='incidents merge' ;;
    'incidents/timeline') at='incidents timeline' ;;
    'incidents/alerts') at='incidents alerts' ;;
    'incidents/similar') at='incidents similar' ;;
    'incidents/open') at='incidents open' ;;
    'incidents/watch') at='incidents watch' ;;
    'oncall/take') at='oncall take' ;;
    'changes/list' | 'changes/ls') at='changes list' ;;
    'silences/list' | 'silences/ls') at='silences list' ;;
    'silences/add') at='silences add' ;;
    'silences/remove' | 'silences/rm') at='silences remove' ;;
    'keys/validate' | 'keys/check') at='keys validate' ;;
    'keys/set') at='keys set' ;;
    'keys/list' | 'keys/ls') at='keys list' ;;
    'keys/remove' | 'keys/rm') at='keys remove' ;;
    'profiles/add') at='profiles add' ;;
    'profiles/edit') at='profiles edit' ;;
    'profiles/list' | 'profiles/ls') at='profiles list' ;;
    'profiles/use') at='profiles use' ;;
    'profiles/show') at='profiles show' ;;
    'profiles/remove' | 'profiles/rm') at='profiles remove' ;;
    'profiles/rename' | 'profiles/mv') at='profiles rename' ;;
    'profiles/import') at='profiles import' ;;
    'services/list' | 'services/ls') at='services list' ;;
    'services/show') at='services show' ;;
    'schedules/list' | 'schedules/ls') at='schedules list' ;;
    'schedules/show') at='schedules show' ;;
    'schedules/shifts') at='schedules shifts' ;;
    'schedules/rota') at='schedules rota' ;;
    'schedules/override' | 'schedules/overrides') at='schedules override' ;;
    'schedules override/list' | 'schedules override/ls') at='schedules override list' ;;
    'schedules override/add') at='schedules override add' ;;
    'schedules override/remove' | 'schedules override/rm') at='schedules override remove' ;;
    'users/list' | 'users/ls') at='users list' ;;
    'users/show') at='users show' ;;
    'teams/list' | 'teams/ls') at='teams list' ;;
    'teams/show') at='teams show' ;;
    'spool/list' | 'spool/ls') at='spool list' ;;
    'spool/show') at='spool show' ;;
    'spool/flush') at='spool flush' ;;
    'spool/retry') at='spool retry' ;;
    'spool/purge') at='spool purge' ;;
    'content/types') at='content types' ;;
    'content/list' | 'content/ls') at='content list' ;;
    'content/show') at='content show' ;;
    'webhooks/verify') at='webhooks verify' ;;
    'webhooks/listen') at='webhooks listen' ;;
    'help/status') at='help status' ;;
    'help/events' | 'help/event') at='help events' ;;
    'help/incidents' | 'help/incident') at='help incidents' ;;
    'help/oncall') at='help oncall' ;;
    'help/handoff') at='help handoff' ;;
    'help/stats') at='help stats' ;;
    'help/prompt') at='help prompt' ;;
    'help/changes') at='help changes' ;;
    'help/silences' | 'help/silence') at='help silences' ;;
    'help/keys' | 'help/key') at='help keys' ;;
    'help/profiles' | 'help/profile') at='help profiles' ;;
    'help/services' | 'help/service') at='help services' ;;
    'help/schedules' | 'help/schedule') at='help schedules' ;;
    'help/users' | 'help/user') at='help users' ;;
    'help/teams' | 'help/team') at='help teams' ;;
    'help/whoami') at='help whoami' ;;
    'help/deploy') at='help deploy' ;;
    'help/run') at='help run' ;;
    'help/spool') at='help spool' ;;
    'help/content') at='help content' ;;
    'help/api') at='help api' ;;
    'help/webhooks' | 'help/webhook') at='help webhooks' ;;
    'help/sandbox') at='help sandbox' ;;
    'help/mcp') at='help mcp' ;;
    'help/doctor') at='help doctor' ;;
    'help/completion') at='help completion' ;;
    'help/environment') at='help environment' ;;
    'help/exit-codes') at='help exit-codes' ;;
    'help/formatting') at='help formatting' ;;
    'help/options') at='help options' ;;
    'help events/trigger') at='help events trigger' ;;
    'help events/ack' | 'help events/acknowledge') at='help events ack' ;;
    'help events/resolve') at='help events resolve' ;;
    'help events/change' | 'help events/deploy') at='help events change' ;;
    'help events/send') at='help events send' ;;
    'help events/notify') at='help events notify' ;;
    'help events/reconcile') at='help events reconcile' ;;
    'help incidents/list' | 'help incidents/ls') at='help incidents list' ;;
    'help incidents/show') at='help incidents show' ;;
    'help incidents/create') at='help incidents create' ;;
    'help incidents/ack' | 'help incidents/acknowledge') at='help incidents ack' ;;
    'help incidents/unack' | 'help incidents/unacknowledge') at='help incidents unack' ;;
    'help incidents/resolve') at='help incidents resolve' ;;
    'help incidents/reopen') at='help incidents reopen' ;;
    'help incidents/suppress') at='help incidents suppress' ;;
    'help incidents/snooze') at='help incidents snooze' ;;
    'help incidents/assign') at='help incidents assign' ;;
    'help incidents/update') at='help incidents update' ;;
    'help incidents/comment') at='help incidents comment' ;;
    'help incidents/merge') at='help incidents merge' ;;
    'help incidents/timeline') at='help incidents timeline' ;;
    'help incidents/alerts') at='help incidents alerts' ;;
    'help incidents/similar') at='help incidents similar' ;;
    'help incidents/open') at='help incidents open' ;;
    'help incidents/watch') at='help incidents watch' ;;
    'help oncall/take') at='help oncall take' ;;
    'help changes/list' | 'help changes/ls') at='help changes list' ;;
    'help silences/list' | 'help silences/ls') at='help silences list' ;;
    'help silences/add') at='help silences add' ;;
    'help silences/remove' | 'help silences/rm') at='help silences remove' ;;
    'help keys/validate' | 'help keys/check') at='help keys validate' ;;
    'help keys/set') at='help keys set' ;;
    'help keys/list' | 'help keys/ls') at='help keys list' ;;
    'help keys/remove' | 'help keys/rm') at='help keys remove' ;;
    'help profiles/add') at='help profiles add' ;;
    'help profiles/edit') at='help profiles edit' ;;
    'help profiles/list' | 'help profiles/ls') at='help profiles list' ;;
    'help profiles/use') at='help profiles use' ;;
    'help profiles/show') at='help profiles show' ;;
    'help profiles/remove' | 'help profiles/rm') at='help profiles remove' ;;
    'help profiles/rename' | 'help profiles/mv') at='help profiles rename' ;;
    'help profiles/import') at='help profiles import' ;;
    'help services/list' | 'help services/ls') at='help services list' ;;
    'help services/show') at='help services show' ;;
    'help schedules/list' | 'help schedules/ls') at='help schedules list' ;;
    'help schedules/show') at='help schedules show' ;;
    'help schedules/shifts') at='help schedules shifts' ;;
    'help schedules/rota') at='help schedules rota' ;;
    'help schedules/override' | 'help schedules/overrides') at='help schedules override' ;;
    'help schedules override/list' | 'help schedules override/ls') at='help schedules override list' ;;
    'help schedules override/add') at='help schedules override add' ;;
    'help schedules override/remove' | 'help schedules override/rm') at='help schedules override remove' ;;
    'help users/list' | 'help users/ls') at='help users list' ;;
    'help users/show') at='help users show' ;;
    'help teams/list' | 'help teams/ls') at='help teams list' ;;
    'help teams/show') at='help teams show' ;;
    'help spool/list' | 'help spool/ls') at='help spool list' ;;
    'help spool/show') at='help spool show' ;;
    'help spool/flush') at='help spool flush' ;;
    'help spool/retry') at='help spool retry' ;;
    'help spool/purge') at='help spool purge' ;;
    'help content/types') at='help content types' ;;
    'help content/list' | 'help content/ls') at='help content list' ;;
    'help content/show') at='help content show' ;;
    'help webhooks/verify') at='help webhooks verify' ;;
    'help webhooks/listen') at='help webhooks listen' ;;
    *) return 1 ;;
  esac
}

# What may stand at the command `at`: commands, options, and which of those take a value. Mixed: any other word may, too.
__onduty_describe() {
  commands='' options='' valued='' mixed=''
  case "$at" in
    '') commands='status events incidents oncall handoff stats prompt changes silences keys profiles services schedules users teams whoami deploy run spool content api webhooks sandbox mcp doctor completion help trigger list show ack resolve open watch' options='-V --version' ;;
    'status') options='--exit-status' ;;
    'events') commands='trigger ack resolve change send notify reconcile' ;;
    'events trigger') options='--summary --severity --source --dedup-key --component --group --class --detail --details --link --at --exit-status --service --routing-key --spool-ok --no-spool' valued=' --summary --severity --source --dedup-key --component --group --class --detail --details --link --at --service --routing-key' ;;
    'events ack') options='--note --summary --exit-status --service --routing-key --spool-ok --no-spool' valued=' --note --summary --service --routing-key' ;;
    'events resolve') options='--note --summary --exit-status --service --routing-key --spool-ok --no-spool' valued=' --note --summary --service --routing-key' ;;
    'events change') options='--summary --status --change-key --environment --version --at --link --silence --detail --service --routing-key --spool-ok --no-spool' valued=' --summary --status --change-key --environment --version --at --link --silence --detail --service --routing-key' ;;
    'events send') options='--from --map --key-prefix --concurrency --service --routing-key --spool-ok --no-spool' valued=' --from --map --key-prefix --concurrency --service --routing-key' ;;
    'events notify') options='--from --key-prefix --max-time --service --routing-key --spool-ok --no-spool' valued=' --from --key-prefix --max-time --service --routing-key' ;;
    'events reconcile') options='--from --url --key-prefix --receiver --min-uptime --allow-empty --service --routing-key --spool-ok --no-spool' valued=' --from --url --key-prefix --receiver --min-uptime --service --routing-key' ;;
    'incidents') commands='list show create ack unack resolve reopen suppress snooze assign update comment merge timeline alerts similar open watch' ;;
    'incidents list') options='--status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query --sort --order --limit --all --exit-status' valued=' --status --urgency --service --team --assignee --acked-by --label --since --until --query --sort --order --limit' ;;
    'incidents show') options='--changes --runbooks' ;;
    'incidents create') options='--urgency --service --description --priority --field --assign' valued=' --urgency --service --description --priority --field --assign' ;;
    'incidents ack') options='--field --note --status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query' valued=' --field --note --status --urgency --service --team --assignee --acked-by --label --since --until --query' ;;
    'incidents unack') options='--note --status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query' valued=' --note --status --urgency --service --team --assignee --acked-by --label --since --until --query' ;;
    'incidents resolve') options='--field --root-cause --impact --note --status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query' valued=' --field --root-cause --impact --note --status --urgency --service --team --assignee --acked-by --label --since --until --query' ;;
    'incidents reopen') options='--note --status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query' valued=' --note --status --urgency --service --team --assignee --acked-by --label --since --until --query' ;;
    'incidents suppress') options='--note --status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query' valued=' --note --status --urgency --service --team --assignee --acked-by --label --since --until --query' ;;
    'incidents snooze') options='--for --note --status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query' valued=' --for --note --status --urgency --service --team --assignee --acked-by --label --since --until --query' ;;
    'incidents assign') options='--to --add --escalate --note --status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query' valued=' --to --escalate --note --status --urgency --service --team --assignee --acked-by --label --since --until --query' ;;
    'incidents update') options='--urgency --priority --title --description --root-cause --impact --field --raw-field --note' valued=' --urgency --priority --title --description --root-cause --impact --field --raw-field --note' ;;
    'incidents comment') options='--note' valued=' --note' ;;
    'incidents merge') options='--into --note' valued=' --into --note' ;;
    'incidents alerts') options='--events --limit --all' valued=' --limit' ;;
    'incidents similar') options='--limit' valued=' --limit' ;;
    'incidents open') options='--copy' ;;
    'incidents watch') options='--status --urgency --service --team --assignee --mine --acked-by --label --muted --since --until --query --interval --exec --bell --notify --until-empty' valued=' --status --urgency --service --team --assignee --acked-by --label --since --until --query --interval --exec --notify' ;;
    'oncall') mixed=1 commands='take' options='--user --at --for --exit-status' valued=' --user --at --for' ;;
    'oncall take') options='--for --user' valued=' --for --user' ;;
    'handoff') options='--since' valued=' --since' ;;
    'stats') options='--since --until --by' valued=' --since --until --by' ;;
    'changes') commands='list' ;;
    'changes list') options='--since --until --service --query --limit --all' valued=' --since --until --service --query --limit' ;;
    'silences') commands='list add remove' ;;
    'silences list') options='--service' valued=' --service' ;;
    'silences add') options='--service --match --for --until --from --reason' valued=' --service --match --for --until --from --reason' ;;
    'keys') commands='validate set list remove' ;;
    'keys validate') options='--all --for' valued=' --for' ;;
    'keys set') options='--kind --stdin --key-command --key-env --keyring' valued=' --kind --key-command --key-env' ;;
    'keys remove') options='--kind' valued=' --kind' ;;
    'profiles') commands='add edit list use show remove rename import' ;;
    'profiles add') options='--provider --base-url --region --stdin --key-command --key-env --keyring --service --routing-key --user --ca-file --proxy --allow-http' valued=' --provider --base-url --region --key-command --key-env --service --routing-key --user --ca-file --proxy' ;;
    'profiles edit') options='--base-url --region --service --routing-key --user --ca-file --proxy --allow-http --unset' valued=' --base-url --region --service --routing-key --user --ca-file --proxy --unset' ;;
    'profiles import') options='--user' valued=' --user' ;;
    'services') commands='list show' ;;
    'services list') options='--query --limit --all' valued=' --query --limit' ;;
    'schedules') commands='list show shifts rota override' ;;
    'schedules list') options='--query --limit --all' valued=' --query --limit' ;;
    'schedules show') options='--shifts --since --for' valued=' --since --for' ;;
    'schedules shifts') options='--user --since --for --exit-status' valued=' --user --since --for' ;;
    'schedules rota') options='--since --for' valued=' --since --for' ;;
    'schedules override') commands='list add remove' ;;
    'schedules override add') options='--user --from --until --for' valued=' --user --from --until --for' ;;
    'users') commands='list show' ;;
    'users list') options='--query --limit --all' valued=' --query --limit' ;;
    'teams') commands='list show' ;;
    'teams list') options='--query --limit --all' valued=' --query --limit' ;;
    'deploy') options='--summary --status --change-key --environment --version --at --link --silence --detail --service --routing-key --spool-ok --no-spool' valued=' --summary --status --change-key --environment --version --at --link --silence --detail --service --routing-key' ;;
    'run') options='--dedup-key --summary --severity --change --environment --version --on-cancel --silence --attach-output --service --routing-key --spool-ok --no-spool' valued=' --dedup-key --summary --severity --environment --version --on-cancel --silence --service --routing-key' ;;
    'spool') commands='list show flush retry purge' ;;
    'spool list') options='--pending --dead' ;;
    'spool flush') options='--watch' ;;
    'spool retry') options='--all' ;;
    'spool purge') options='--dead --pending --all' ;;
    'content') commands='types list show' ;;
    'content types') options='--limit --all' valued=' --limit' ;;
    'content list') options='--filter --query --order-by --order --hydrate --limit --all' valued=' --filter --query --order-by --order --hydrate --limit' ;;
    'content show') options='--hydrate' valued=' --hydrate' ;;
    'api') options='--field --raw-field --input --query --header --include --paginate --limit' valued=' --field --raw-field --input --query --header --limit' ;;
    'webhooks') commands='verify listen' ;;
    'webhooks verify') options='--file --header --signature --timestamp --secret-env --tolerance' valued=' --file --header --signature --timestamp --secret-env --tolerance' ;;
    'webhooks listen') options='--port --host --secret-env --tolerance --exec --forward --max-body --concurrency' valued=' --port --host --secret-env --tolerance --exec --forward --max-body --concurrency' ;;
    'sandbox') options='--port --data --chaos --dialect --add-profiles --webhook-url' valued=' --port --data --chaos --dialect --webhook-url' ;;
    'mcp') options='--allow-writes --tools' valued=' --tools' ;;
    'doctor') options='--paths' ;;
    'help') commands='status events incidents oncall handoff stats prompt changes silences keys profiles services schedules users teams whoami deploy run spool content api webhooks sandbox mcp doctor completion environment exit-codes formatting options' options='--brief' ;;
    'help events') commands='trigger ack resolve change send notify reconcile' ;;
    'help incidents') commands='list show create ack unack resolve reopen suppress snooze assign update comment merge timeline alerts similar open watch' ;;
    'help oncall') commands='take' ;;
    'help changes') commands='list' ;;
    'help silences') commands='list add remove' ;;
    'help keys') commands='validate set list remove' ;;
    'help profiles') commands='add edit list use show remove rename import' ;;
    'help services') commands='list show' ;;
    'help schedules') commands='list show shifts rota override' ;;
    'help schedules override') commands='list add remove' ;;
    'help users') commands='list show' ;;
    'help teams') commands='list show' ;;
    'help spool') commands='list show flush retry purge' ;;
    'help content') commands='types list show' ;;
    'help webhooks') commands='verify listen' ;;
  esac
  options+=' -p --profile --all-profiles -o --output --json --fields --jq -r --raw-output --csv-safe --bom --color --no-color -q --quiet --debug --dry-run --timeout --max-wait --tz -y --yes --no-input -h --help'
  valued+=' -p --profile -o --output --fields --jq --timeout --max-wait --tz '
}

# What may follow the option `flag`.
__onduty_value() {
  case "$at:$flag" in
    'events trigger:'--severity | 'run:'--severity) kind=words words='critical error warning info' ;;
    'events trigger:'--details | 'profiles add:'--ca-file | 'profiles edit:'--ca-file | 'api:'--input | 'webhooks verify:'--file | 'sandbox:'--data) kind=files ;;
    'events trigger:'--service | 'events ack:'--service | 'events resolve:'--service | 'events change:'--service | 'events send:'--service | 'events notify:'--service | 'events reconcile:'--service | 'incidents list:'--service | 'incidents create:'--service | 'incidents ack:'--service | 'incidents unack:'--service | 'incidents resolve:'--service | 'incidents reopen:'--service | 'incidents suppress:'--service | 'incidents snooze:'--service | 'incidents assign:'--service | 'incidents watch:'--service | 'changes list:'--service | 'silences list:'--service | 'silences add:'--service | 'profiles add:'--service | 'profiles edit:'--service | 'deploy:'--service | 'run:'--service) kind=ids ids=services ;;
    'events change:'--status | 'deploy:'--status) kind=words words='started succeeded failed canceled' ;;
    'events send:'--from) kind=words words='alertmanager grafana datadog cloudwatch pagerduty azure gcp sentry newrelic uptime-kuma zabbix checkmk' ;;
    'events notify:'--from) kind=words words='nagios icinga2 monit zabbix collectd nut systemd' ;;
    'events reconcile:'--from) kind=words words='alertmanager' ;;
    'incidents list:'--status | 'incidents ack:'--status | 'incidents unack:'--status | 'incidents resolve:'--status | 'incidents reopen:'--status | 'incidents suppress:'--status | 'incidents snooze:'--status | 'incidents assign:'--status | 'incidents watch:'--status) kind=list words='open acknowledged resolved snoozed suppressed all' ;;
    'incidents list:'--urgency | 'incidents ack:'--urgency | 'incidents unack:'--urgency | 'incidents resolve:'--urgency | 'incidents reopen:'--urgency | 'incidents suppress:'--urgency | 'incidents snooze:'--urgency | 'incidents assign:'--urgency | 'incidents watch:'--urgency) kind=list words='high medium low' ;;
    'incidents list:'--team | 'incidents ack:'--team | 'incidents unack:'--team | 'incidents resolve:'--team | 'incidents reopen:'--team | 'incidents suppress:'--team | 'incidents snooze:'--team | 'incidents assign:'--team | 'incidents watch:'--team) kind=ids ids=teams ;;
    'incidents list:'--assignee | 'incidents list:'--acked-by | 'incidents create:'--assign | 'incidents ack:'--assignee | 'incidents ack:'--acked-by | 'incidents unack:'--assignee | 'incidents unack:'--acked-by | 'incidents resolve:'--assignee | 'incidents resolve:'--acked-by | 'incidents reopen:'--assignee | 'incidents reopen:'--acked-by | 'incidents suppress:'--assignee | 'incidents suppress:'--acked-by | 'incidents snooze:'--assignee | 'incidents snooze:'--acked-by | 'incidents assign:'--assignee | 'incidents assign:'--acked-by | 'incidents watch:'--assignee | 'incidents watch:'--acked-by | 'oncall:'--user | 'oncall take:'--user | 'profiles add:'--user | 'profiles edit:'--user | 'schedules shifts:'--user | 'schedules override add:'--user) kind=ids ids=users words='me' ;;
    'incidents list:'--sort) kind=words words='created updated urgency status' ;;
    'incidents list:'--order | 'content list:'--order) kind=words words='asc desc' ;;
    'incidents create:'--urgency | 'incidents update:'--urgency | 'incidents watch:'--notify) kind=words words='high medium low' ;;
    'incidents assign:'--to) kind=ids ids=users words='me none' ;;
    'incidents assign:'--escalate) kind=words words='next' ;;
    'incidents merge:'--into) kind=ids ids=incidents ;;
    'incidents watch:'--exec | 'keys set:'--key-command | 'profiles add:'--key-command | 'webhooks listen:'--exec) kind=programs ;;
    'stats:'--by) kind=words words='service team user hour' ;;
    'keys validate:'--for) kind=words words='events incidents read all' ;;
    'keys set:'--kind | 'keys remove:'--kind) kind=words words='api integration change' ;;
    'profiles add:'--provider) kind=words words='opsknight flashduty flotiq pagerduty' ;;
    'profiles add:'--region | 'profiles edit:'--region) kind=words words='us eu' ;;
    'profiles edit:'--unset) kind=words words='service routing-key user ca-file proxy allow-http' ;;
    'run:'--on-cancel) kind=words words='nothing trigger' ;;
    'sandbox:'--dialect) kind=words words='documented 1.3' ;;
    *:-p | *:--profile) kind=ids ids=profiles ;;
    *:-o | *:--output) kind=words words='table json ndjson csv tsv yaml markdown ics' ;;
    *:--tz) kind=words words='local utc' ;;
  esac
}

# What may stand as the operand with this number, the first being 0.
__onduty_operand() {
  case "$at:$count" in
    'events ack:'* | 'events resolve:'*) kind=ids ids=keys ;;
    'events send:0' | 'events reconcile:0' | 'profiles import:1') kind=files ;;
    'incidents show:'* | 'incidents ack:'* | 'incidents unack:'* | 'incidents resolve:'* | 'incidents suppress:'* | 'incidents snooze:'* | 'incidents assign:'* | 'incidents update:'* | 'incidents merge:'* | 'incidents timeline:0' | 'incidents alerts:0' | 'incidents similar:0' | 'incidents open:0') kind=ids ids=incidents ;;
    'incidents reopen:'*) kind=ids ids=resolved ;;
    'oncall:'* | 'oncall take:0' | 'schedules show:0' | 'schedules shifts:'* | 'schedules rota:'* | 'schedules override list:0' | 'schedules override add:0' | 'schedules override remove:0') kind=ids ids=schedules ;;
    'keys validate:'* | 'keys set:0' | 'keys remove:0' | 'profiles edit:0' | 'profiles use:0' | 'profiles show:0' | 'profiles remove:0' | 'profiles rename:0') kind=ids ids=profiles ;;
    'profiles import:0') kind=words words='pd' ;;
    'services show:0') kind=ids ids=services ;;
    'users show:0') kind=ids ids=users words='me' ;;
    'teams show:0') kind=ids ids=teams ;;
    'run:'*) kind=programs ;;
    'spool show:'* | 'spool purge:'*) kind=ids ids=spool ;;
    'spool retry:'*) kind=ids ids=dead ;;
    'api:0') kind=words words='GET POST PUT PATCH DELETE' ;;
    'completion:0') kind=words words='bash zsh fish powershell' ;;
    'events trigger:0' | 'events change:0' | 'events notify:'* | 'incidents create:0' | 'incidents comment:'* | 'incidents comment:1' | 'silences remove:'* | 'profiles add:0' | 'profiles rename:1' | 'schedules override remove:1' | 'deploy:0' | 'content list:0' | 'content show:0' | 'content show:1' | 'api:1') kind=text ;;
  esac
}

# Offers those of some words, all of them ours, that begin with what was typed.
__onduty_words() {
  local word
  for word in $1; do
    if [[ $word == "$cur"* ]]; then COMPREPLY+=("$before$word"); fi
  done
}

# Offers ids and names of the vendor, by their beginning or by a word of what they stand for. That is shown where several are listed,
# and never inserted.
__onduty_ids() {
  local id about shown lead='' typed=$cur quoted='' titled='' odd='*[!A-Za-z0-9._-]*' lines=() found=()
  if [[ $ids == keys ]]; then
    odd='*[!A-Za-z0-9._:/@%+=,~ -]*'
    __onduty_join
  else
    typed=${typed#[\"\']} typed=${typed//\\/}
  fi
  __onduty_words "$words"
  while IFS=$'\t' read -r id about; do
    # They are shown to be harmless a second time: nothing else may reach a command line.
    if [[ -z $id || $id == [!A-Za-z0-9_]* || $id == $odd ]]; then continue; fi
    if [[ $id != "$typed"* ]]; then
      if [[ $ids == keys || ${#COMPREPLY[@]} != 0 ]]; then continue; fi
      titled=1
    fi
    id=${id:${#lead}}
    if [[ -n $id && -z $quoted ]]; then printf -v id %q "$id"; fi
    shown="$id  ($about)"
    found+=("$before$id")
    lines+=("${shown:0:${COLUMNS:-80}-1}")
  done < <(command onduty __complete "$ids" --find "$typed" ${profile:+--profile "$profile"} 2>/dev/null </dev/null)
  if ((${#found[@]} == 0)); then return; fi
  # What all have in common would replace the word of a title: a line that has nothing in common with them keeps it.
  if [[ -n $titled && $COMP_TYPE != 37 ]] && ((${#found[@]} > 1)); then
    found=("${lines[@]}" "(${#found[@]} with this word)")
  elif [[ $COMP_TYPE == 9 || $COMP_TYPE == 63 || $COMP_TYPE == 33 || $COMP_TYPE == 64 ]] &&
    ((${#found[@]} + ${#COMPREPLY[@]} > 1)) && [[ -z $before ]]; then
    found=("${lines[@]}")
  fi
  compopt -o nosort 2>/dev/null
  COMPREPLY+=("${found[@]}")
}

# Readline makes several words of web:disk, and replaces the last of them. What was typed of the key, and what stands before that word.
__onduty_join() {
  local i=$COMP_CWORD signs='^[:=@]+$'
  if [[ $cur =~ $signs ]]; then lead=$cur typed=''; fi
  while ((first > 0 && i > first)) && [[ ${COMP_WORDS[i]} =~ $signs || ${COMP_WORDS[i - 1]} =~ $signs ]]; do
    i=$((i - 1))
    lead=${COMP_WORDS[i]}$lead
  done
  if [[ $typed == [\"\']* ]]; then quoted=1 typed=${typed:1}; fi
  lead=${lead//\\/}
  typed=$lead${typed//\\/}
}

__onduty_files() {
  # Readline knows best; bash 3.2 cannot be asked to.
  if compopt -o default 2>/dev/null; then return; fi
  local file
  while IFS= read -r file; do COMPREPLY+=("$before$file"); done < <(compgen -f -- "$cur")
}

# Another program and its arguments begin at the word with this number.
__onduty_program() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    local program
    while IFS= read -r program; do COMPREPLY+=("$program"); done < <(compgen -c -- "$cur")
  else
    __onduty_files
  fi
}

_onduty() {
  local IFS=$' \t\n' cur="${COMP_WORDS[COMP_CWORD]}" before='' at='' flag='' profile='' ended='' count=0 first=0 i word
  local commands options valued mixed kind='' words='' ids=''
  COMPREPLY=()
  __onduty_describe
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $flag ]]; then
      # Readline makes three words of --output=json.
      if [[ $word == '=' ]]; then continue; fi
      if [[ $flag == -p || $flag == --profile ]]; then profile=$word; fi
      flag=''
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      if [[ $valued == *" $word "* ]]; then
        flag=$word
      elif [[ $word == --profile=* ]]; then
        profile=${word#*=}
      elif [[ $word == -p?* ]]; then
        profile=${word#-p}
      fi
    elif [[ -n $commands ]] && __onduty_enter "$word"; then
      __onduty_describe
    else
      if [[ -n $commands && -z $mixed ]]; then return 0; fi
      commands=''
      if ((count == 0)); then first=$i; fi
      count=$((count + 1))
    fi
  done
  # Of another program no option is ours.
  if ((count > 0)); then
    __onduty_operand
    if [[ $kind == programs ]]; then ended=1; fi
    kind='' words=''
  fi
  if [[ -n $flag ]]; then
    if [[ $cur == '=' ]]; then cur=''; fi
    __onduty_value
  elif [[ -z $ended && $cur == --*=* ]]; then
    flag=${cur%%=*} before="${cur%%=*}=" cur=${cur#*=}
    __onduty_value
  elif [[ -z $ended && $cur == -* ]]; then
    kind=words words=$options
  elif [[ -n $commands ]]; then
    if [[ -n $mixed ]]; then __onduty_operand; fi
    kind=${kind:-words} words="$commands $words"
  else
    __onduty_operand
    if [[ -z $kind && -z $cur ]]; then kind=words words=$options; fi
  fi
  case "$kind" in
    words) __onduty_words "$words" ;;
    list)
      if [[ $cur == *,* ]]; then before=$before${cur%,*}, cur=${cur##*,}; fi
      __onduty_words "$words"
      ;;
    ids) __onduty_ids ;;
    files) __onduty_files ;;
    programs)
      if [[ -n $flag ]]; then first=$COMP_CWORD; fi
      if ((first == 0)); then first=$COMP_CWORD; fi
      __onduty_program "$first"
      ;;
  esac
}

complete -F _onduty onduty

# The export of memberships and invitations: of one organization and of all, each item exactly once despite changes and
# interruptions.
. "$(dirname "$0")/harness.bash"

# A line of a membership holds its organization and its user.
pairs_in() { sed -n 's/.*"organization":{"object":"organization","id":"\([^"]*\)".*"public_user_data":{"user_id":"\([^"]*\)".*/\1 \2/p' "$1"; }
expect_same() { cmp -s "$1" "$2" || fail "$2 differs from $1: $(wc -l <"$1") lines and $(wc -l <"$2")"; }
reported() { grep -qE -- "$1" "$work/report" || fail "no /$1/ in the report: $(cat "$work/report")"; }

# of_all ARGUMENT…: all memberships in small pages, with a report.
page_size=5
of_all() { orgs export memberships --of-all --page-size "$page_size" --out "$work/all" --report "$work/report" "$@"; }
# begin_of_all ARGUMENT…: the same in the background; sets export_pid.
begin_of_all() {
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export memberships --of-all \
        --page-size "$page_size" --out "$work/all" --report "$work/report" "$@" >"$work/out" 2>"$work/err" &
    export_pid=$!
}
ended() {
    status=0
    wait "$export_pid" 2>/dev/null || status=$?
}
# total ARGUMENT…: prints the total_count of a list.
total() {
    orgs "$@" --limit 1
    expect_success
    sed 's/.*"total_count":\([0-9]*\)}$/\1/' "$work/out"
}
# Waits until the background export has written data.
has_begun() {
    local tries=0
    until [ -s "$work/all.part" ] || [ -e "$work/all" ]; do
        ((++tries < 1000)) || fail "the export does not begin"
        sleep 0.01
    done
}

case_of_one() {
    local organization
    organization=$(head -n 1 "$pairs" | cut -d ' ' -f 1)
    orgs export memberships --organization "$organization" --report "$work/report"
    expect_success
    pairs_in "$work/out" | sort >"$work/got"
    grep "^$organization " "$pairs" >"$work/wanted"
    expect_same "$work/wanted" "$work/got"
    # They may be ordered by their users, so the export is never reported as complete.
    reported '"delivered":7,.*"complete":false,"doubt":"the service does not say whose created_at orders this list"\}'
    local admins invitations
    admins=$(total memberships list "$organization" --role org:admin)
    invitations=$(total invitations list "$organization")
    orgs export memberships --organization "$organization" --role org:admin
    expect_success
    expect_lines "$admins" "$work/out"
    orgs export invitations --organization "$organization" --report "$work/report"
    expect_success
    expect_lines "$invitations" "$work/out"
    reported "\"delivered\":$invitations,.*\"complete\":true,\"doubt\":\"\"\\}"
    orgs export memberships --organization org_none
    expect_failure 3 '404'
}

case_of_all() {
    of_all
    expect_success
    pairs_in "$work/all" | sort >"$work/got"
    expect_same "$pairs" "$work/got"
    reported '^\{"started_at":".*","deleted_organizations":0,"delivered":420,"undecoded":0,.*"first_total":null,.*"complete":false,"doubt":"the service does not say'
    # The order does not depend on page size and prefetch.
    for arguments in '--prefetch 0' '--prefetch 64 --page-size 500' '--page-size 3'; do
        # shellcheck disable=SC2086 # several arguments
        orgs export memberships --of-all $arguments
        expect_success
        expect_same "$work/all" "$work/out"
    done
    orgs export memberships --of-all --max-items 33
    expect_success
    head -n 33 "$work/all" >"$work/wanted"
    expect_same "$work/wanted" "$work/out"
    orgs export memberships --of-all --role org:admin
    expect_success
    grep -c '"role":"org:admin"' "$work/all" | grep -qx "$(wc -l <"$work/out")" || fail "other roles"
    local organization
    organization=$(tail -n 1 "$pairs" | cut -d ' ' -f 1)
    orgs export memberships --of-all --organization-id "$organization"
    expect_success
    expect_lines 7 "$work/out"
    orgs export memberships --of-all --query no-such-organization-anywhere
    expect_success
    expect_no_out
}

case_layouts() {
    orgs export memberships --of-all --format csv --fields organization.id,public_user_data.user_id,role,permissions
    expect_success
    [ "$(head -n 1 "$work/out")" = $'organization.id,public_user_data.user_id,role,permissions\r' ] || fail "another header"
    sed 1d "$work/out" | cut -d , -f 1,2 | tr , ' ' | sort >"$work/got"
    expect_same "$pairs" "$work/got"
    expect_out ',org:member,org:sys_memberships:read '
    orgs export memberships --of-all --fields organization.id,role,public_user_data.user_id
    expect_success
    if grep -qvE '^\{"organization.id":"org_[A-Za-z0-9]+","role":"org:[a-z]+","public_user_data.user_id":"user_[A-Za-z0-9]+"\}$' "$work/out"; then fail "other fields"; fi
    for format in ndjson csv; do
        orgs export memberships --of-all --format "$format"
        expect_out 'private_metadata'
        orgs export memberships --of-all --format "$format" --no-private-metadata
        expect_success
        if grep -q private_metadata "$work/out"; then fail "private metadata in $format"; fi
    done
    orgs export memberships --of-all --format csv
    head -n 1 "$work/out" | grep -q '^id,object,role,role_name,permissions,public_metadata,private_metadata,organization.object,organization.id,.*,public_user_data.user_id,.*,created_at,updated_at,additional_fields' || fail "another header"
    CI=true orgs export memberships --of-all --out "$work/file"
    expect_err '^420 memberships in '
}

case_invitations() {
    start_emulator --seed 12
    orgs export --fields id
    ids "$work/out" >"$work/organizations"
    while read -r organization; do
        printf '[{"email_address":"a@example.com","role":"org:member"},{"email_address":"b@example.com","role":"org:admin"}]' |
            tool --base-url "$base_url" --ca-file "$ca_file" invitations bulk "$organization" - >/dev/null || fail "no invitation"
    done <"$work/organizations"
    local count
    count=$(total invitations list)
    ((count >= 24)) || fail "only $count invitations"
    orgs export invitations --of-all --page-size 2 --report "$work/report"
    expect_success
    expect_lines "$count" "$work/out"
    [ "$(grep -oE '^\{"object":"organization_invitation","id":"[^"]*"' "$work/out" | sort -u | wc -l)" -eq "$count" ] || fail "ids repeat"
    reported "\"delivered\":$count,.*\"complete\":true,\"doubt\":\"\"\\}"
    orgs export invitations --of-all --format csv --fields organization_id,email_address,status --status pending
    expect_success
    expect_out '^org_[A-Za-z0-9]+,a@example.com,pending'
    count=$(total invitations list --status revoked)
    orgs export invitations --of-all --status revoked
    expect_success
    expect_lines "$count" "$work/out"
}

# Killed at any moment and started again: each line exactly once, in the order of an uninterrupted export.
case_killed() {
    start_emulator --seed 60 --seed-members 7 --fault 'latency=2..8'
    of_all
    expect_success
    mv "$work/all" "$work/expected"
    local kills=0 rounds=0
    until ((kills >= ${CLERK_TEST_KILLS:-10})); do
        ((++rounds < 200)) || fail "only $kills kills"
        begin_of_all --resume "$work/state"
        sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
        if kill -KILL "$export_pid" 2>/dev/null; then ((++kills)); fi
        ended
        [ ! -e "$work/all" ] || {
            expect_same "$work/expected" "$work/all"
            rm -f "$work/all" "$work/state"
        }
    done
    of_all --resume "$work/state"
    expect_success
    expect_same "$work/expected" "$work/all"
    reported '"delivered":420,'
    [ ! -e "$work/state" ] || fail "the checkpoint stayed"
}

case_interrupted() {
    start_emulator --seed 60 --seed-members 7 --fault 'latency=20'
    begin_of_all --resume "$work/state"
    has_begun
    kill -INT "$export_pid"
    ended
    expect_status 130
    expect_err 'the same command continues from there'
    of_all --resume "$work/state" --prefetch 16
    expect_success
    pairs_in "$work/all" | sort >"$work/got"
    expect_same "$pairs" "$work/got"
}

# A checkpoint of another export is refused.
case_refusals() {
    start_emulator --seed 60 --seed-members 7 --fault 'latency=20'
    begin_of_all --resume "$work/state"
    has_begun
    kill -KILL "$export_pid"
    ended
    local arguments
    for arguments in 'invitations --of-all' 'memberships --of-all --role org:admin' 'memberships --of-all --query x' \
        'memberships --of-all --plain' 'memberships --of-all --fields id' 'organizations' 'memberships --organization org_1'; do
        # shellcheck disable=SC2086 # several arguments
        orgs export $arguments --out "$work/all" --resume "$work/state"
        expect_failure 2 "--resume: '$work/state' .*remove '$work/state' to start again"
    done
    sed -i 's/"walk":".*"/"walk":"{}"/' "$work/state"
    of_all --resume "$work/state"
    expect_failure 2 "'$work/state' is damaged; remove"
}

# The state between two organizations: only the walk over the organizations can show that it is another one.
case_another_walk() {
    start_emulator --seed 150 --seed-members 7 --fault 'latency=60@on=list_organization_memberships'
    page_size=10 # more than the members of one organization
    begin_of_all --prefetch 0 --resume "$work/state"
    has_begun
    until [ "$(wc -l <"$work/all.part")" -ge 28 ]; do sleep 0.01; done
    kill -KILL "$export_pid"
    ended
    [ ! -e "$work/all" ] || fail "the export has ended already"
    cp "$work/state" "$work/state.before"
    cp "$work/all.part" "$work/part.before"
    of_all --resume "$work/state" --query x
    expect_failure 2 "--resume: '$work/state' .*remove '$work/state' to start again"
    of_all --resume "$work/state" --plain
    expect_failure 2 "--resume: '$work/state' .*remove '$work/state' to start again"
    cmp "$work/state.before" "$work/state" || fail "the checkpoint was changed"
    # At most the lines behind the last checkpoint are gone.
    [ "$(wc -l <"$work/all.part")" -ge 14 ] || fail "the output was cut"
    cmp -n "$(wc -c <"$work/all.part")" "$work/part.before" "$work/all.part" || fail "the output was changed"
    of_all --resume "$work/state"
    expect_success
    expect_lines 1050 "$work/all"
    sort -u "$work/all" >"$work/different"
    expect_lines 1050 "$work/different"
}

# A 404 of a gateway says nothing about an organization.
case_another_404() {
    start_emulator --seed 3 --seed-members 2 --fault 'status=404@on=list_organization_memberships'
    of_all
    expect_failure 3 '404'
    [ ! -e "$work/all" ] || fail "there is an output"
}

# An organization that is deleted during the walk is skipped; the others are complete.
case_deleted_meanwhile() {
    start_emulator --seed 60 --seed-members 7 --fault 'latency=30@on=list_organization_memberships'
    orgs export --fields id
    local organization
    organization=$(ids "$work/out" | tail -n 1) # the last that the walk comes to
    page_size=100 # so that it is listed already
    begin_of_all --prefetch 1
    has_begun
    tool --base-url "$base_url" --ca-file "$ca_file" delete "$organization" --yes >/dev/null || fail "not deleted"
    ended
    expect_success
    reported '"deleted_organizations":1,"delivered":413,'
    pairs_in "$work/all" | sort >"$work/got"
    grep -v "^$organization " "$pairs" >"$work/wanted"
    expect_same "$work/wanted" "$work/got"
}

# Created and removed members and organizations: items that exist throughout are exported exactly once.
case_changes_meanwhile() {
    start_emulator --seed 60 --seed-members 7 --fault 'latency=10@on=list_organization_memberships'
    begin_of_all
    has_begun
    local organization
    while read -r organization; do
        tool --base-url "$base_url" --ca-file "$ca_file" memberships create "$organization" user_new --role org:member >/dev/null || fail "not added"
    done < <(cut -d ' ' -f 1 "$pairs" | uniq | awk 'NR % 6 == 0')
    orgs create --name New --created-by user_new >/dev/null
    ended
    expect_success
    pairs_in "$work/all" | grep -v ' user_new$' | sort >"$work/got"
    expect_same "$pairs" "$work/got"
}

# After a 429 the walk waits and continues; without another attempt it ends, and continues when it is started again.
case_too_many_requests() {
    start_emulator --seed 60 --seed-members 7 --fault 'status=429@retry-after=1@after=20@count=2@on=list_organization_memberships'
    of_all
    expect_success
    pairs_in "$work/all" | sort >"$work/got"
    expect_same "$pairs" "$work/got"
    reported '"retries":[1-9]'
    rm "$work/all"
    start_emulator --seed 60 --seed-members 7 --fault 'status=429@retry-after=1@after=20@count=1@on=list_organization_memberships'
    of_all --resume "$work/state" --max-attempts 1
    expect_status 3
    expect_err '429.*the same command continues from there'
    of_all --resume "$work/state" --max-attempts 1
    expect_success
    pairs_in "$work/all" | sort >"$work/got"
    expect_same "$pairs" "$work/got"
}

# When an organization cannot be decoded its memberships are missing, so the export is incomplete.
case_undecoded() {
    start_scripted "$(json_response '200 OK' '{"data":[{"id":"org_1"},{"id":5}],"total_count":2}')" # to every request
    of_all
    expect_status 6
    expect_err '^clerk-orgs: the export is incomplete, undecoded items: 2; what arrived is kept in '
    expect_lines 1 "$work/all.part"
    reported '"delivered":1,"undecoded":2,.*"complete":false'
}

# A failure before any data has arrived leaves no file.
case_wrong_key() {
    key=sk_test_wrong
    of_all --resume "$work/state"
    expect_failure 3 '401'
    [ ! -e "$work/state" ] || fail "a checkpoint is left behind"
    [ ! -e "$work/all.part" ] || fail "an empty file is left behind"
}

start_emulator --seed 60 --seed-members 7
pairs=$work/pairs
orgs memberships list --limit 500
sed 's/{"id":"orgmem/\n&/g' "$work/out" >"$work/lines"
pairs_in "$work/lines" | sort >"$pairs"
expect_lines 420 "$pairs"
run_cases "$@"

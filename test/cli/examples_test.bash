# The examples work as described.
. "$(dirname "$0")/harness.bash"
start_emulator --seed 1200
export CLERK_SECRET_KEY=$key CLERK_BASE_URL=$base_url CLERK_CA_FILE=$ca_file

run() {
    status=0
    "$CLERK_BIN_DIR/$1" "${@:2}" >"$work/out" 2>"$work/err" || status=$?
}
run quickstart
expect_success
for step in created read 'updated to' 'merged metadata: \{"plan":"pro","seats":25\}' listed deleted; do expect_out "^$step"; done
orgs list --query Quickstart
expect_out '"total_count":0\}$'

run export_organizations
expect_status 0
expect_err '"complete":true'
expect_lines 1200 "$work/out"

orgs create --name Guests --created-by user_1
id=$(answer_id)
printf 'email,name\nada@example.org,Ada\n"Bob@example.org",Bob\n' >"$work/guests.csv"
run invite_addresses "$id" "$work/guests.csv"
expect_success
for address in ada bob; do expect_out "^invited $address@example.org$"; done
run invite_addresses "$id" "$work/guests.csv"
expect_success
for address in ada bob; do expect_out "^already invited $address@example.org$"; done
run invite_addresses "$id" "$work/missing.csv"
[ "$status" -eq 2 ] || fail "invite_addresses without a file ends with status $status"

run permission_server --help
expect_status 2
expect_err '^usage: permission_server'
"$CLERK_BIN_DIR/permission_server" 0 >"$work/server" 2>"$work/server.err" &
server=$!
server_pids+=("$server")
await "$work/server" "$server"
port=$(sed -n 's/^listening on http:.*://p' "$work/server")
get "/organizations/$id/users/user_1/permissions/org:sys_memberships:manage" "$work/out"
expect_out '^\{"allowed":true\}'
get "/organizations/$id/users/user_2/permissions/org:sys_memberships:manage" "$work/out"
expect_out '^\{"allowed":false\}'
get /organizations "$work/out"
expect_out '^HTTP/1.1 404 '
kill -s TERM "$server"
status=0
wait "$server" || status=$?
expect_status 0

SECONDS=0
run readme_example "$base_url" "$ca_file"
expect_success
expect_out '^org_'
[ "$SECONDS" -lt 15 ] || fail "readme_example waits for idle connections"

# Without a key it prints what is missing.
CLERK_SECRET_KEY='' run readme_example "$base_url" "$ca_file"
[ "$status" -eq 2 ] || fail "readme_example without a key ends with status $status"
expect_err 'CLERK_SECRET_KEY must hold'
# An unusable configuration ends with a message too.
run readme_example "$base_url" "$work/missing.pem"
[ "$status" -eq 2 ] || fail "readme_example without the file of authorities ends with status $status"
expect_err 'tls.ca_file'

# A failure sets the exit status.
export CLERK_SECRET_KEY=sk_test_wrong
for example in quickstart export_organizations "invite_addresses $id $work/guests.csv"; do
    # shellcheck disable=SC2086 # words
    run $example
    [ "$status" -eq 1 ] || fail "$example hides a failure"
    expect_err 'clerk_key_invalid'
done

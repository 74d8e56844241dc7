# The examples do what they say.
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

SECONDS=0
run readme_example "$base_url" "$ca_file"
expect_success
expect_out '^org_'
[ "$SECONDS" -lt 15 ] || fail "readme_example waits for idle connections"

# Without a key it says what is missing.
CLERK_SECRET_KEY='' run readme_example "$base_url" "$ca_file"
[ "$status" -eq 2 ] || fail "readme_example without a key ends with status $status"
expect_err 'CLERK_SECRET_KEY must hold'
# A configuration that cannot work ends with a message, too.
run readme_example "$base_url" "$work/missing.pem"
[ "$status" -eq 2 ] || fail "readme_example without the file of authorities ends with status $status"
expect_err 'tls.ca_file'

# A failure is seen in the status.
export CLERK_SECRET_KEY=sk_test_wrong
for example in quickstart export_organizations; do
    run "$example"
    [ "$status" -eq 1 ] || fail "$example hides a failure"
    expect_err 'clerk_key_invalid'
done

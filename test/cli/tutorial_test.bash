# The program of docs/tutorial.md: it answers lines, counts calls, and cancels the call of a client that has closed its
# connection.
. "$(dirname "$0")/harness.bash"

start_tutorial() {
    : >"$work/out" # remove the output of an earlier program
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/tutorial" "$base_url" "$ca_file" 0 >"$work/out" 2>"$work/err" &
    tutorial_pid=$!
    server_pids+=("$tutorial_pid")
    local tries=0
    until grep -q '^listening on' "$work/out"; do
        kill -0 "$tutorial_pid" 2>/dev/null || fail "the tutorial has ended"
        ((++tries < 1200)) || fail "the tutorial is not ready"
        sleep 0.05
    done
    port=$(sed -n 's/^listening on .*://p' "$work/out")
}
# ask LINE: sets answer.
ask() {
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf '%s\n' "$1" >&3
    read -r answer <&3 || fail "no answer to '$1'"
    exec 3>&-
}
expect_answer() { grep -qE -- "$1" <<<"$answer" || fail "the answer is '$answer', not /$1/"; }

start_emulator --seed 20
orgs list --limit 1
id=$(sed -n 's/.*"id":"\(org_[^"]*\)".*/\1/p' "$work/out")
start_tutorial
expect_out '^20 organizations$'
ask "$id"
expect_answer "^$id [A-Z]"
ask no-such-slug
expect_answer '^there is no such organization$'
ask ''
expect_answer '^that is neither an id nor a slug$'
ask metrics
expect_answer '^calls 3 failed 1 cancelled 0 retries 0 connections 1$'
kill -s TERM "$tutorial_pid"
status=0
wait "$tutorial_pid" || status=$?
expect_success

# When a client closes its connection, its call is cancelled.
start_emulator --seed 20 --fault 'hang-after-effect@on=get_organization'
start_tutorial
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf '%s\n' "$id" >&3
sleep 0.2
exec 3>&-
tries=0
until ask metrics && [[ $answer == 'calls 2 failed 0 cancelled 1 '* ]]; do
    ((++tries < 100)) || fail "the call was not cancelled: $answer"
    sleep 0.05
done

# A wrong key is reported at the start.
status=0
CLERK_SECRET_KEY=sk_test_wrong "$CLERK_BIN_DIR/tutorial" "$base_url" "$ca_file" 0 >"$work/out" 2>"$work/err" || status=$?
expect_status 1
expect_err 'clerk_key_invalid'

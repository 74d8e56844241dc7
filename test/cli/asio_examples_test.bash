# The examples of Asio's completion tokens and operators.
. "$(dirname "$0")/harness.bash"
start_emulator --seed 5 --latency 50 # so that a call can be cancelled before its answer arrives
export CLERK_SECRET_KEY=$key CLERK_BASE_URL=$base_url CLERK_CA_FILE=$ca_file

run() {
    status=0
    "$CLERK_BIN_DIR/$1" >"$work/out" 2>"$work/err" || status=$?
}
for example in use_future sync_wait callback deferred operators; do
    run "asio_$example"
    expect_success
    [ "$(grep -cE '^org_[A-Za-z0-9]+$' "$work/out")" -eq 2 ] || fail "$example: not two organizations"
done
run asio_callback
expect_out 'call was cancelled'
run asio_operators
expect_out '^the call was faster$'

# A failure sets the exit status, except in the callback example, which prints it.
export CLERK_SECRET_KEY=sk_test_wrong
for example in use_future sync_wait deferred operators; do
    run "asio_$example"
    [ "$status" -eq 1 ] || fail "$example hides a failure"
    expect_err 'clerk_key_invalid'
done
run asio_callback
expect_out 'clerk_key_invalid'

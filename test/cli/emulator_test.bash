# clerk-emulator as a program: its arguments, its ready line, its end.
. "$(dirname "$0")/harness.bash"

emulator() {
    status=0
    timeout 20 "$CLERK_BIN_DIR/clerk-emulator" "$@" >"$work/out" 2>"$work/err" || status=$?
}

# refused PATTERN ARGUMENT…
refused() {
    local pattern=$1
    shift
    emulator "$@"
    expect_status 2
    expect_err "$pattern"
    expect_no_out
}

refused '--nope' --nope
refused 'more' more
for number in '' -1 1.5 1e3 0x50 070x ten 99999999999999999999; do
    refused '--port' --port "$number"
    refused '--seed' --seed "$number"
    refused '--latency' --latency "$number"
done
refused '--port.*65535' --port 65536
refused '--seed.*10000000' --seed 10000001
refused '--latency.*3600000' --latency 3600001
for limit in '' 1 7 OFF none; do
    refused '--rate-limit.*off, development or production' --rate-limit "$limit"
done
refused '--secret-key' --secret-key ''
refused '--secret-key' --secret-key a --secret-key b
refused 'secret_key' --secret-key 'a b'
refused '--user' --user ''
refused '--ca-out' --ca-out ''

emulator --ca-out "$work/none/ca.pem"
expect_status 1
expect_err "^clerk-emulator: cannot write $work/none/ca.pem: "
expect_no_out

emulator --help
expect_status 0
expect_out '^Usage: clerk-emulator '
if grep -qE 'UINT|INT in|->' "$work/out"; then fail "types in --help"; fi

start_emulator --seed 3 --rate-limit development
grep -qxE '\{"base_url":"https://127\.0\.0\.1:[0-9]+/v1","ca_file":"[^"]+","secret_key":"[^"]+"\}' \
    "$work/emulator.0" || fail "ready line: $(cat "$work/emulator.0")"
port=${base_url#https://127.0.0.1:}
emulator --port "${port%/v1}"
expect_status 1
expect_err 'cannot listen on 127\.0\.0\.1:.*in use'
expect_no_out

# Nobody could learn where it listens.
if [ -w /dev/full ]; then
    status=0
    timeout 20 "$CLERK_BIN_DIR/clerk-emulator" >/dev/full 2>"$work/err" || status=$?
    expect_status 1
    expect_err 'standard output'
fi

for signal in TERM INT; do
    # Not ignored, as the INT of a background process would be.
    (trap - INT; exec "$CLERK_BIN_DIR/clerk-emulator" >"$work/ready" 2>"$work/ready.err") &
    pid=$!
    await "$work/ready" "$pid"
    kill -"$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    expect_status 0
    rm "$work/ready"
done

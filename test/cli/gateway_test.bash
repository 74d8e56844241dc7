# organization-gateway as a process: its options, shutdown under load, and no secrets in its output.
. "$(dirname "$0")/harness.bash"

# start_gateway OPTION…: sets gateway_pid and port; its output is in $work/gateway and $work/gateway.err.
start_gateway() {
    : >"$work/gateway"
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/organization-gateway" --port 0 --base-url "$base_url" --ca-file "$ca_file" "$@" \
        >"$work/gateway" 2>"$work/gateway.err" &
    gateway_pid=$!
    server_pids+=("$gateway_pid")
    await "$work/gateway" "$gateway_pid"
    port=$(sed -n 's/^listening on http:.*://p' "$work/gateway")
}

start_emulator --seed 20 --latency 400
start_gateway --threads 3 --cache-ttl 0
get '/organizations?limit=1' "$work/page"
grep -q '^HTTP/1.1 200 OK' "$work/page" || fail "no page: $(head -c 300 "$work/page")"
id=$(sed -n 's/.*"id":"\(org_[^"]*\)".*/\1/p' "$work/page")

# SIGTERM while requests run: each is answered, and the process ends with status 0.
getters=()
for i in 1 2 3 4 5 6 7 8; do
    get "/organizations/$id" "$work/answer.$i" &
    getters+=($!)
done
sleep 0.2
kill -s TERM "$gateway_pid"
for getter in "${getters[@]}"; do wait "$getter" || fail "a request was dropped"; done
status=0
wait "$gateway_pid" || status=$?
expect_status 0
for i in 1 2 3 4 5 6 7 8; do
    grep -q '^HTTP/1.1 200 OK' "$work/answer.$i" || fail "answer $i: $(head -c 300 "$work/answer.$i")"
    grep -q "\"id\":\"$id\"" "$work/answer.$i" || fail "answer $i has no organization"
done
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then fail "it still listens"; fi

# SIGINT while no request runs.
start_gateway
get /metrics "$work/metrics"
grep -q '^clerk_single_flight_joined_total 0' "$work/metrics" || fail "no metrics"
kill -s INT "$gateway_pid"
status=0
wait "$gateway_pid" || status=$?
expect_status 0

# A wrong key is a problem of the gateway: it is logged, but not reported to the client.
key=sk_test_wrong start_gateway
get "/organizations/$id" "$work/refused"
grep -q '^HTTP/1.1 502 ' "$work/refused" || fail "status: $(head -1 "$work/refused")"
if grep -q clerk_key_invalid "$work/refused"; then fail "the client gets the error about the key"; fi
grep -q clerk_key_invalid "$work/gateway.err" || fail "the log does not say why"
if cat "$work/gateway" "$work/gateway.err" "$work/refused" "$work/metrics" | grep -q sk_test_; then fail "the key leaks"; fi

# Unusable options are reported at once.
status=0
CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/organization-gateway" --port "$port" >"$work/out" 2>"$work/err" || status=$?
expect_status 1
expect_err '^organization-gateway: .*in use'
status=0
CLERK_SECRET_KEY='' "$CLERK_BIN_DIR/organization-gateway" --port 0 >"$work/out" 2>"$work/err" || status=$?
expect_status 1
expect_err '^organization-gateway: .*secret_key'
"$CLERK_BIN_DIR/organization-gateway" --help >"$work/out" || fail "no help"
for option in listen port threads base-url ca-file cache-ttl timeout grace; do expect_out "--$option"; done

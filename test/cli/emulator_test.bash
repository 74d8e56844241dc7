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
    refused '--seed-members' --seed-members "$number"
    refused '--latency' --latency "$number"
    refused '--max-organizations' --max-organizations "$number"
done
refused '--port.*65535' --port 65536
refused '--webhook' --webhook ''
refused 'webhook_secret must be whsec_' --webhook http://127.0.0.1:1/
refused 'webhook_secret must be whsec_' --webhook http://127.0.0.1:1/ --webhook-secret whsec_x
refused 'webhook_ca_file: No such file' --webhook https://127.0.0.1:1/ --webhook-secret whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD \
    --webhook-ca-file /nonexistent/ca.pem
refused 'webhook_url must be https unless' --webhook http://example.com/ --webhook-secret whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
refused '--seed.*10000000' --seed 10000001
refused '--seed-members.*49999' --seed-members 50000
refused '--latency.*3600000' --latency 3600001
refused '--max-organizations.*10000000' --max-organizations 10000001
for limit in '' 1 7 OFF none; do
    refused '--rate-limit.*off, development or production' --rate-limit "$limit"
done
refused '--secret-key' --secret-key ''
refused '--secret-key' --secret-key a --secret-key b
refused 'secret_key' --secret-key 'a b'
refused '--user' --user ''
refused '--ca-out' --ca-out ''

refused '--fault' --fault ''
refused 'fault 1, "statsu=500": there is no fault "statsu"; there are latency,' --fault statsu=500
refused 'fault 2, "status=200": status must be a whole number from 400 to 599' --fault locked --fault status=200
refused 'fault 1, "error=full": error must be a code of the service, not "full"; they are organization_member_limit_managed_by_billing, ' --fault error=full
refused 'fault 1, "locked@p=2": p must be' --fault 'locked@p=2; stale'
for number in '' -1 x 1.5; do refused '--fault-seed' --fault-seed "$number"; done

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

# Without the ready line the address is unknown.
if [ -w /dev/full ]; then
    status=0
    timeout 20 "$CLERK_BIN_DIR/clerk-emulator" >/dev/full 2>"$work/err" || status=$?
    expect_status 1
    expect_err 'standard output'
fi

# faulty REQUESTS OPTION…: sets `statuses` to the statuses of so many sequential requests; 000 means no answer.
faulty() {
    local requests=$1
    shift
    statuses=
    start_emulator "$@"
    while ((requests-- > 0)); do
        statuses+="$(curl -s -o /dev/null -w '%{http_code}' --cacert "$ca_file" -H "Authorization: Bearer $key" \
            "$base_url/organizations" || true) "
    done
    kill "$emulator_pid"
}
if command -v curl >/dev/null; then
    faulty 5 --fault 'status=503@every=3' --fault 'close-after-effect@after=3; status=502@count=1'
    [ "$statuses" = "502 200 503 200 000 " ] || fail "faults: $statuses"
    faulty 24 --fault 'status=429@p=0.5; seed=1' --fault-seed 7
    [[ $statuses == *200* && $statuses == *429* ]] || fail "chance: $statuses"
    first=$statuses
    faulty 24 --fault 'status=429@p=0.5' --fault-seed 7
    [ "$statuses" = "$first" ] || fail "the seed does not decide: $first, then $statuses"
    faulty 24 --fault 'status=429@p=0.5' --fault-seed 8
    [ "$statuses" != "$first" ] || fail "the seed does not matter: $statuses"
fi

# Other options of the instance. The organizations of --seed count against the quota.
start_emulator --seed 2 --max-organizations 3
orgs create --name Third
expect_success
orgs create --name Fourth
expect_failure 3 'HTTP 403 organization_quota_exceeded: '
start_emulator --no-organizations
orgs list
expect_failure 3 'HTTP 403 organization_not_enabled_in_instance: '
start_emulator --no-slugs
orgs create --name Acme --slug acme
expect_failure 3 'HTTP 403 organization_slugs_disabled: '

start_emulator --fault 'error=org_creation_limit_exceeded@on=create_organization'
orgs create --name Acme
expect_failure 3 'HTTP 403 org_creation_limit_exceeded: You have exceeded the maximum number of organizations'
orgs list
expect_success

for signal in TERM INT; do
    # Not ignored, unlike INT in a background process of a shell.
    (trap - INT; exec "$CLERK_BIN_DIR/clerk-emulator" >"$work/ready" 2>"$work/ready.err") &
    pid=$!
    await "$work/ready" "$pid"
    kill -"$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    expect_status 0
    rm "$work/ready"
done

# Sourced by the tests of the programs. CMake sets CLERK_BIN_DIR and CLERK_SCRIPTED_SERVER.
set -euo pipefail
unset CI NO_COLOR CLERK_BASE_URL CLERK_CA_FILE # each changes what the programs do
: "${CLERK_BIN_DIR:?}" "${CLERK_SCRIPTED_SERVER:?}"

work=$(mktemp -d)
base_url=
ca_file=
port= # of the server that get() uses
server_pids=()
key=sk_test_cli_8c1f # unlike any other text in the output, so that a leak is found

cleanup() {
    local pid
    for pid in "${server_pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    local frame=0
    while [[ ${BASH_SOURCE[frame + 1]} == */harness.bash ]]; do ((++frame)); done
    echo "FAILED at line ${BASH_LINENO[frame]}: $*" >&2
    if [ -f "$work/out" ]; then echo "--- status ${status:-?}, standard output:" >&2 && head -c 2000 "$work/out" >&2; fi
    if [ -f "$work/err" ]; then echo "--- standard error:" >&2 && head -c 2000 "$work/err" >&2; fi
    exit 1
}

# await FILE PID: waits until a server has printed that it is ready.
await() {
    local tries=0
    until [ -s "$1" ]; do
        kill -0 "$2" 2>/dev/null || fail "the server ended: $(cat "$1.err")"
        ((++tries < 1200)) || fail "the server is not ready"
        sleep 0.05
    done
}

# start_emulator OPTION…: sets base_url, ca_file and emulator_pid.
start_emulator() {
    local ready=$work/emulator.${#server_pids[@]}
    ca_file=$ready.pem
    "$CLERK_BIN_DIR/clerk-emulator" --secret-key "$key" --ca-out "$ca_file" "$@" >"$ready" 2>"$ready.err" &
    emulator_pid=$!
    server_pids+=("$emulator_pid")
    await "$ready" "$emulator_pid"
    base_url=$(sed -n 's/.*"base_url": *"\([^"]*\)".*/\1/p' "$ready")
}

# start_scripted RESPONSE: sets base_url and ca_file to a server that answers everything with these bytes (printf %b).
start_scripted() {
    local ready=$work/scripted.${#server_pids[@]}
    ca_file=$work/scripted.pem
    if [ ! -f "$ca_file" ]; then
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 \
            -addext subjectAltName=IP:127.0.0.1 -keyout "$work/scripted.key" -out "$ca_file" 2>/dev/null
    fi
    printf '%b' "$1" >"$ready.response"
    "$CLERK_SCRIPTED_SERVER" "$ca_file" "$work/scripted.key" "$ready.response" >"$ready" 2>"$ready.err" &
    server_pids+=($!)
    await "$ready" $!
    base_url=https://127.0.0.1:$(cat "$ready")/v1
}

# json_response STATUS BODY: an answer for start_scripted.
json_response() {
    local body
    body=$(printf '%b.' "$2")
    body=${body%.}
    local length
    length=$(printf '%s' "$body" | wc -c)
    printf '%s' "HTTP/1.1 $1\\r\\nContent-Type: application/json\\r\\nContent-Length: $length\\r\\n\\r\\n$2"
}

# tool ARGUMENT…: clerk-orgs without a connection.
tool() { CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" "$@"; }

# orgs ARGUMENT…: clerk-orgs on the latest server; sets status, $work/out and $work/err.
orgs() {
    status=0
    tool --base-url "$base_url" --ca-file "$ca_file" "$@" >"$work/out" 2>"$work/err" || status=$?
}

expect_status() { [ "$status" -eq "$1" ] || fail "status $status, expected $1"; }
expect_out() { grep -qE -- "$1" "$work/out" || fail "no /$1/ in standard output"; }
expect_no_out() { [ ! -s "$work/out" ] || fail "standard output is not empty"; }
expect_err() { grep -qE -- "$1" "$work/err" || fail "no /$1/ in standard error"; }
expect_quiet() { [ ! -s "$work/err" ] || fail "standard error is not empty"; }
expect_lines() { [ "$(wc -l <"$2")" -eq "$1" ] || fail "$(wc -l <"$2") lines in $2, expected $1"; }
# get PATH FILE: writes the whole answer of a plain HTTP server on $port, using only bash.
get() {
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$1" >&3
    cat <&3 >"$2"
    exec 3<&-
}

# Checks for exactly one line from the program itself.
expect_failure() {
    expect_status "$1"
    expect_lines 1 "$work/err"
    expect_err "^clerk-orgs: .*$2"
}
expect_success() {
    expect_status 0
    expect_quiet
}

# Prints the id in the answer of the latest command.
answer_id() { sed -n 's/^[^"]*"object":"organization","id":"\([^"]*\)".*/\1/p' "$work/out"; }
# Prints the ids of an NDJSON export; the first id of a line is that of the organization.
ids() { awk 'match($0, /"id":"[^"]*"/) { print substr($0, RSTART + 6, RLENGTH - 7) }' "$1"; }

# Ends its process.
run_case() {
    work=$(mktemp -d)
    server_pids=()
    trap cleanup EXIT
    "case_$1"
    exit
}

# run_cases [NAME…]: runs each function case_NAME in its own shell and directory, so that a failure does not hide
# others. Servers that were started before are shared. Status 77 skips a case.
run_cases() {
    local names=("$@") name status failed=()
    if ((${#names[@]} == 0)); then mapfile -t names < <(declare -F | sed -n 's/^declare -f case_//p'); fi
    for name in "${names[@]}"; do
        run_case "$name" &
        status=0
        wait $! || status=$?
        if ((status == 77)); then
            echo "skipped: $name"
        elif ((status != 0)); then
            failed+=("$name")
        fi
    done
    if ((${#failed[@]} > 0)); then
        echo "FAILED cases: ${failed[*]}; one alone: bash $0 ${failed[0]}" >&2
        exit 1
    fi
}

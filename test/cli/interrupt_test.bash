# SIGINT and SIGTERM: the program ends soon with status 130, and writes only complete lines.
. "$(dirname "$0")/harness.bash"

# interrupt SIGNAL CONDITION ARGUMENT…: sends SIGNAL to clerk-orgs as soon as the function CONDITION succeeds.
interrupt() {
    local signal=$1 condition=$2 pid
    shift 2
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" "$@" \
        >"$work/out" 2>"$work/err" &
    pid=$!
    until "$condition"; do
        kill -0 "$pid" || fail "it ended before the signal"
        sleep 0.05
    done
    SECONDS=0
    kill -s "$signal" "$pid" || fail "it ended before the signal"
    status=0
    wait "$pid" || status=$?
    [ "$SECONDS" -lt 8 ] || fail "the end took $SECONDS s"
}

is_connecting() {
    if [ -d "/proc/$pid/fd" ]; then find "/proc/$pid/fd" -lname 'socket:*' | grep -q .; else sleep 1; fi
}
has_a_page() { [ -s "$1" ] && [ "$(wc -l <"$1")" -ge 50 ]; }
file_has_a_page() { has_a_page "$work/export.ndjson.part"; }
output_has_a_page() { has_a_page "$work/out"; }

start_emulator --latency 60000
for signal in INT TERM; do
    interrupt "$signal" is_connecting --timeout 50 list
    expect_failure 130 'list_organizations.*cancel'
    expect_no_out
done

start_emulator --seed 5000 --latency 250
interrupt INT file_has_a_page export --page-size 50 --prefetch 1 --out "$work/export.ndjson"
expect_failure 130 "kept in '$work/export.ndjson.part'"
[ ! -e "$work/export.ndjson" ] || fail "an incomplete export looks complete"
[ "$(wc -l <"$work/export.ndjson.part")" -ge 50 ] || fail "what arrived was dropped"
if grep -qvE '^\{"object":"organization".*\}$' "$work/export.ndjson.part"; then fail "a line is not whole"; fi
interrupt INT output_has_a_page export --page-size 50 --prefetch 4
expect_failure 130 'list_organizations.*cancel'
[ "$(wc -l <"$work/out")" -ge 50 ] || fail "what arrived was dropped"
if grep -qvE '^\{"object":"organization".*\}$' "$work/out"; then fail "a line is not whole"; fi

# With a slow reader only the started line is finished; a second signal ends the program at once.
start_emulator --seed 5000
mkfifo "$work/pipe"
for reading in true false; do
    exec 3<>"$work/pipe"
    exec 4<"$work/pipe"
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export \
        >"$work/pipe" 2>"$work/err" 3<&- 4<&- &
    pid=$!
    sleep 2
    exec 3<&-
    kill -s INT "$pid" || fail "it ended before the signal"
    sleep 0.5
    if "$reading"; then
        cat <&4 >"$work/out"
        [ "$(tail -c 1 "$work/out" | od -An -tx1 | tr -d ' ')" = 0a ] || fail "a line is not whole"
        [ "$(wc -l <"$work/out")" -lt 2000 ] || fail "the export continued"
    else
        kill -s INT "$pid" 2>/dev/null || true
    fi
    SECONDS=0
    status=0
    wait "$pid" || status=$?
    [ "$SECONDS" -lt 8 ] || fail "the end took $SECONDS s"
    exec 4<&-
    expect_failure 130 'interrupted while writing standard output'
done

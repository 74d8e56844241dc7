# An export of a million organizations needs no more memory than one of a few.
. "$(dirname "$0")/harness.bash"

count=1000000
limit_kb=65536

# The highest resident size of a running process, in kB.
peak_kb() { sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status" 2>/dev/null || true; }

[ -n "$(peak_kb $$)" ] || {
    echo "this system does not report the memory of a process"
    exit 77
}
start_emulator --seed "$count"
for arguments in "--out $work/all.ndjson" "--format csv --prefetch 8 --out $work/all.csv --resume $work/state"; do
    # shellcheck disable=SC2086 # several arguments, without blanks in them
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export $arguments --report "$work/report" >"$work/out" 2>"$work/err" &
    pid=$!
    peak=0
    while now=$(peak_kb "$pid") && [ -n "$now" ]; do
        peak=$now
        sleep 0.05
    done
    status=0
    wait "$pid" || status=$?
    expect_success
    echo "peak of $arguments: $peak kB, $(cat "$work/report")"
    [ "$peak" -gt 1000 ] || fail "the memory was not measured"
    [ "$peak" -lt "$limit_kb" ] || fail "the export took $peak kB"
done
expect_lines "$count" "$work/all.ndjson"
[ "$(ids "$work/all.ndjson" | sort -u | wc -l)" -eq "$count" ] || fail "ids repeat"
expect_lines "$((count + 1))" "$work/all.csv"

# export --resume: killed at any moment and started again, it gives a file with each organization exactly once.
. "$(dirname "$0")/harness.bash"

out=$work/all.ndjson
state=$work/state

# resumed ARGUMENT…: one run of the export.
resumed() { orgs export --page-size 100 --out "$out" --resume "$state" "$@"; }
# killed_after SECONDS: the same, killed without warning; false when it was faster.
killed_after() {
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export --page-size 100 --out "$out" --resume "$state" \
        >"$work/out" 2>"$work/err" &
    local pid=$!
    sleep "$1"
    kill -KILL "$pid" 2>/dev/null || true
    status=0
    wait "$pid" 2>/dev/null || status=$?
    if [ "$status" -eq 137 ]; then
        [ -e "$out" ] || return 0
        status=0 # all but its exit was done
    fi
    expect_success
    return 1
}
# A random time of up to $1 ms.
moment() { printf '0.%03d' $((RANDOM % $1)); }

RANDOM=${CLERK_TEST_SEED:-$$}
echo "CLERK_TEST_SEED=${CLERK_TEST_SEED:-$$}"

# The list stands still: the file is that of an export that nobody disturbed, and a line cut in two is no harm.
start_emulator --seed 20000 --latency 3
orgs export --page-size 500
expect_success
mv "$work/out" "$work/expected"
kills=0 torn=0 longest=400
while ((kills < 50)); do
    if killed_after "$(moment "$longest")"; then
        ((++kills))
        if ((RANDOM % 4 == 0)) && [ -s "$out.part" ]; then
            printf '{"object":"organization","id":"or' >>"$out.part"
            ((++torn))
        fi
        continue
    fi
    cmp -s "$work/expected" "$out" || fail "what looks like the whole export is not"
    rm -f "$out" "$state"
    longest=$((longest > 150 ? longest - 50 : longest)) # mostly before the end
done
resumed
expect_success
cmp -s "$work/expected" "$out" || fail "the export that was killed differs"
echo "killed $kills times, $torn of them with a torn line"

# It is complete, and stays as it is.
cp "$state" "$work/complete"
resumed
expect_status 0
expect_err "'$out' is complete already; remove '$state'"
cmp -s "$work/expected" "$out" || fail "a complete export was changed"
cmp -s "$work/complete" "$state" || fail "the checkpoint of a complete export was changed"

# Killed between the last checkpoint and the name: only the name is missing.
mv "$out" "$out.part"
resumed
expect_success
cmp -s "$work/expected" "$out" || fail "the last step was not made up for"

# What does not belong together is refused, and nothing is lost.
rm -f "$out" "$state"
until [ -s "$out.part" ]; do killed_after 0.15 || rm -f "$out" "$state"; done
cp "$out.part" "$work/part"
resumed --query Acme
expect_failure 2 'checkpoint.*other filters'
resumed --order-by -created_at
expect_failure 2 'checkpoint.*another kind of walk'
resumed --plain
expect_failure 2 'checkpoint.*another kind of walk'
resumed --format csv
expect_failure 2 "--resume: '$state' belongs to an export to ndjson"
orgs export --out "$work/other" --resume "$state"
expect_failure 2 "--resume: '$work/other.part' is not the file that the checkpoint was made for"
[ ! -e "$work/other" ] && [ ! -e "$work/other.part" ] || fail "a refused export left a file"
echo nonsense >"$work/nonsense"
orgs export --out "$out" --resume "$work/nonsense"
expect_failure 2 "--resume: '$work/nonsense' is no checkpoint"
orgs export --out "$out" --resume "$work"
expect_failure 2 "--resume: cannot read '$work'"
orgs export --out "$work/other" --resume "$work/none/state"
expect_failure 1 "cannot write '$work/none/state.new'"
cp "$out.part" "$work/aside"
head -c "$(sed -n 's/.*"length":\([0-9]*\).*/\1/p' "$state")" "$work/aside" >"$out"
rm "$out.part"
cp "$out" "$work/renamed"
resumed
expect_failure 2 "--resume: needs '$out.part' back"
cmp -s "$work/renamed" "$out" || fail "a file with a name of its own was changed"
rm "$out"
mv "$work/aside" "$out.part"
size=$(stat -c %s "$work/part")
head -c "$(sed -n 's/.*"length":\([0-9]*\).*/\1/p' "$state")" "$work/part" | cmp -s - "$out.part" ||
    fail "what a checkpoint covered ($size bytes before) was changed by refusals"
resumed
expect_success
cmp -s "$work/expected" "$out" || fail "the export that was refused differs"

# SIGINT is a clean stop, too; CSV has one header.
rm -f "$out" "$state"
start_emulator --seed 3000 --latency 60
orgs export --format csv
mv "$work/out" "$work/expected"
for _ in 1 2 3; do
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export --format csv --page-size 50 --prefetch 1 --out "$out" --resume "$state" \
        >"$work/out" 2>"$work/err" &
    pid=$!
    sleep 1
    resumed --format csv
    expect_failure 1 "cannot write '$out.part': another process is writing it"
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    expect_failure 130 "kept in '$out.part'; the same command goes on from there"
done
resumed --format csv
expect_success
cmp -s "$work/expected" "$out" || fail "the CSV export that was interrupted differs"

# The list changes meanwhile: what was there all the time is there exactly once.
start_emulator --seed 6000 --latency 6
orgs export
mv "$work/out" "$work/before"
ids "$work/before" | sort >"$work/before.ids"
rm -f "$out" "$state"
killed_after 0.06 || fail "the export ended before it could be killed"
for i in {1..15}; do
    gone=$(shuf -n 1 "$work/before.ids")
    orgs delete "$gone"
    echo "$gone" >>"$work/gone.ids"
    orgs create --name "Created meanwhile $i" --created-at "201$((i % 10))-05-06T07:08:09Z"
    expect_success
    killed_after "$(moment 250)" || break
done
[ -e "$out" ] || resumed --report "$work/report"
expect_success
ids "$out" | sort >"$work/after.ids"
[ -z "$(uniq -d "$work/after.ids")" ] || fail "an organization is there twice"
sort -u "$work/gone.ids" -o "$work/gone.ids"
missing=$(comm -23 "$work/before.ids" "$work/after.ids" | comm -23 - "$work/gone.ids")
[ -z "$missing" ] || fail "missing: $missing"

# export --resume: killed at any moment and started again, it writes a file with each organization exactly once.
. "$(dirname "$0")/harness.bash"

RANDOM=${CLERK_TEST_SEED:-$$}
echo "CLERK_TEST_SEED=${CLERK_TEST_SEED:-$$}"

# resumed ARGUMENT…: one run of the export.
resumed() { orgs export --page-size 100 --out "$work/all" --resume "$work/state" "$@"; }
# killed_after SECONDS: the same, but killed; false when it ended before.
killed_after() {
    CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export --page-size 100 \
        --out "$work/all" --resume "$work/state" >"$work/out" 2>"$work/err" &
    local pid=$!
    sleep "$1"
    kill -KILL "$pid" 2>/dev/null || true
    status=0
    wait "$pid" 2>/dev/null || status=$?
    if [ "$status" -eq 137 ]; then
        [ -e "$work/all" ] || return 0
        status=0 # it had done everything except exit
    fi
    expect_success
    return 1
}
# A random time of up to $1 ms.
moment() { printf '0.%03d' $((RANDOM % $1)); }
# begun: leaves a part and a checkpoint.
begun() {
    rm -f "$work/all" "$work/all.part" "$work/state"
    local tenths=1
    # Waits longer each time, so that even a busy machine gets its first page, and starts again when the export has
    # ended.
    until [ "$(length_of_state)" -gt 0 ]; do
        if killed_after "$((tenths / 10)).$((tenths % 10))"; then
            ((++tenths))
        else
            rm -f "$work/all" "$work/state"
            tenths=1
        fi
    done
}
length_of_state() { if [ -s "$work/state" ]; then sed -n 's/.*"length":\([0-9]*\).*/\1/p' "$work/state"; else echo 0; fi; }

# The list does not change: the file equals that of an uninterrupted export, even after half a line was written.
case_killed_at_any_moment() {
    local kills=0 torn=0 longest=400
    while ((kills < ${CLERK_TEST_KILLS:-10})); do
        if killed_after "$(moment "$longest")"; then
            ((++kills))
            if ((RANDOM % 4 == 0)) && [ -s "$work/all.part" ]; then
                printf '{"object":"organization","id":"or' >>"$work/all.part"
                ((++torn))
            fi
            continue
        fi
        cmp -s "$expected" "$work/all" || fail "a file with the final name is not complete"
        rm -f "$work/all" "$work/state"
        longest=$((longest > 150 ? longest - 50 : longest)) # usually before the end
    done
    resumed
    expect_success
    cmp -s "$expected" "$work/all" || fail "the export that was killed differs"
    echo "killed $kills times, $torn of them with a torn line"
}

# A nightly job exports every night.
case_every_night() {
    local before
    resumed --report "$work/report"
    expect_success
    [ ! -e "$work/state" ] || fail "a finished export left a checkpoint"
    before=$(cat "$work/report")
    orgs create --name 'Created since' --slug "since-$RANDOM"
    expect_success
    resumed --report "$work/report"
    expect_success
    expect_lines $((organizations + 1)) "$work/all"
    [ "$before" != "$(cat "$work/report")" ] || fail "the report is that of the night before"
    orgs delete "$(ids "$work/all" | tail -n 1)" --yes
    expect_success
}

# Killed between the renaming and the removal of the checkpoint, and between the last page and the renaming.
case_killed_near_the_end() {
    begun
    rm -f "$work/state.new" # so that the checkpoint is the first file to be removed
    CLERK_SECRET_KEY=$key strace -f -qq -e trace=unlink,unlinkat -e inject=unlink,unlinkat:signal=KILL:when=1+ -o "$work/trace" \
        "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export --page-size 100 --out "$work/all" \
        --resume "$work/state" >"$work/out" 2>"$work/err" || true
    if [ ! -e "$work/all" ]; then
        echo "strace cannot inject signals here"
        exit 77
    fi
    [ -e "$work/state" ] || fail "the test is useless: the checkpoint was removed"
    resumed
    expect_success
    cmp -s "$work/all" "$expected" || fail "the next run did not export"
    [ ! -e "$work/state" ] || fail "the checkpoint stayed"
}

# Mismatched files are refused, no data is lost, and the message says what to do.
case_refusals() {
    begun
    cp "$work/all.part" "$work/part"
    local advice="; remove '$work/state' to start again\$"
    resumed --query Acme
    expect_failure 2 "'$work/state' belongs to a walk with other filters or another order$advice"
    resumed --order-by -created_at
    expect_failure 2 "belongs to an anchored walk$advice"
    resumed --plain
    expect_failure 2 "belongs to an anchored walk$advice"
    for layout in '--format csv' '--fields id,name' --no-private-metadata; do
        # shellcheck disable=SC2086 # two arguments
        resumed $layout
        expect_failure 2 "--resume: '$work/state' belongs to another export \(ndjson\)$advice"
    done
    orgs export --out "$work/other" --resume "$work/state"
    expect_failure 2 "--resume: '$work/other.part' is not there$advice"
    [ ! -e "$work/other" ] && [ ! -e "$work/other.part" ] || fail "a refused export left a file"
    resumed --max-items 1
    expect_failure 2 "more than --max-items allows$advice"
    echo nonsense >"$work/nonsense"
    orgs export --out "$work/all" --resume "$work/nonsense"
    expect_failure 2 "--resume: '$work/nonsense' is not a checkpoint of an export; remove"
    orgs export --out "$work/all" --resume "$work"
    expect_failure 2 "--resume: '$work' is not a regular file"
    orgs export --out "$work/other" --resume "$work/none/state"
    expect_failure 1 "cannot write '$work/none/state.new'"
    head -c "$(length_of_state)" "$work/part" | cmp -s - <(head -c "$(length_of_state)" "$work/all.part") ||
        fail "what a checkpoint covered was changed by refusals"
    resumed
    expect_success
    cmp -s "$expected" "$work/all" || fail "the export that was refused differs"
}

# A checkpoint is for one application: the same command with another key or server does not mix two of them.
case_another_application() {
    begun
    local size
    size=$(length_of_state)
    key=sk_test_of_another_application
    resumed
    expect_failure 2 "'$work/state' belongs to another server or secret key; remove '$work/state' to start again"
    key=sk_test_cli_8c1f
    local other_url=$base_url
    start_emulator --seed 10
    resumed
    expect_failure 2 "'$work/state' belongs to another server or secret key; remove '$work/state' to start again"
    if grep -q "$key" "$work/state"; then fail "the key is in the checkpoint"; fi
    [ "$(stat -c %s "$work/all.part")" -ge "$size" ] || fail "a refused run cut the part"
    base_url=$other_url
}

# A run without any data leaves no file that prevents the next one, which may have another key.
case_nothing_came() {
    for format in ndjson csv; do
        key=sk_test_that_is_wrong
        resumed --format "$format"
        expect_failure 3 'HTTP 401.*clerk_key_invalid[^;]*$'
        for left in state state.new all all.part; do [ ! -e "$work/$left" ] || fail "$left stayed"; done
        key=sk_test_cli_8c1f
        resumed --format "$format"
        expect_success
        rm "$work/all"
    done
}

# --max-items ends a run, which can be continued later.
case_more_items() {
    resumed --max-items 150
    expect_success
    expect_lines 150 "$work/all"
    cp "$work/all" "$work/first"
    resumed --max-items 150 # as many as exported before: a new export
    expect_success
    expect_lines 150 "$work/all"
    resumed --max-items 400
    expect_success
    expect_lines 400 "$work/all"
    head -n 150 "$work/all" | cmp -s - "$work/first" || fail "it started from the beginning"
    resumed --max-items 20 # fewer: a new export
    expect_success
    expect_lines 20 "$work/all"
    resumed --max-items 250
    expect_success
    rm "$work/all" # no file to continue
    resumed --max-items 300
    expect_failure 2 "'$work/all.part' is not there; remove '$work/state' to start again"
    rm "$work/state"
    resumed --max-items 300
    resumed
    expect_success
    cmp -s "$expected" "$work/all" || fail "the export in pieces differs"
    [ ! -e "$work/state" ] || fail "a finished export left a checkpoint"
    for more in 30 0; do
        resumed --plain --max-items 25
        expect_success
        resumed --plain --max-items "$more"
        expect_success
        expect_lines "$((more == 0 ? organizations : more))" "$work/all"
        rm -f "$work/state"
    done
}

# The run after an incomplete export starts from the beginning.
case_incomplete() {
    local page='{"data":[{"object":"organization","id":"org_a","name":"A"},{"object":"organization","id":"org_b","name":7}],"total_count":2}'
    start_scripted "$(json_response '200 OK' "$page")"
    resumed
    expect_status 6
    expect_err "kept in '$work/all.part'$"
    [ ! -e "$work/state" ] || fail "a useless checkpoint stayed"
    [ -s "$work/all.part" ] || fail "what arrived is gone"
}

# SIGINT is a clean stop too; CSV has one header.
case_interrupted_csv() {
    start_emulator --seed 9000 --latency 60
    orgs export --format csv
    mv "$work/out" "$work/expected"
    local before
    for _ in 1 2 3; do
        before=$(length_of_state)
        CLERK_SECRET_KEY=$key "$CLERK_BIN_DIR/clerk-orgs" --base-url "$base_url" --ca-file "$ca_file" export --format csv \
            --page-size 50 --prefetch 1 --out "$work/all" --resume "$work/state" >"$work/out.run" 2>"$work/err.run" &
        pid=$!
        # Waits for a page of this run; the checkpoint of the last run does not prove that this one has started.
        until [ "$(length_of_state)" -gt "$((before > 0 ? before : $(head -n 1 "$work/expected" | wc -c)))" ]; do
            kill -0 "$pid" || fail "no page came"
            sleep 0.05
        done
        resumed --format csv
        expect_failure 1 "cannot write '$work/all.part': another process is writing it"
        kill -INT "$pid"
        status=0
        wait "$pid" || status=$?
        cp "$work/err.run" "$work/err"
        expect_failure 130 "kept in '$work/all.part'; the same command continues from there"
    done
    resumed --format csv
    expect_success
    cmp -s "$work/expected" "$work/all" || fail "the CSV export that was interrupted differs"
}

# The list changes meanwhile: organizations that existed throughout are exported exactly once.
case_the_list_changes() {
    start_emulator --seed 6000 --latency 6
    orgs export
    mv "$work/out" "$work/before"
    ids "$work/before" | sort >"$work/before.ids"
    killed_after 0.06 || fail "the export ended before it could be killed"
    for i in {1..15}; do
        gone=$(shuf -n 1 "$work/before.ids")
        orgs delete "$gone" --yes
        echo "$gone" >>"$work/gone.ids"
        orgs create --name "Created meanwhile $i" --created-at "201$((i % 10))-05-06T07:08:09Z"
        expect_success
        killed_after "$(moment 250)" || break
    done
    [ -e "$work/all" ] || resumed --report "$work/report"
    expect_success
    ids "$work/all" | sort >"$work/after.ids"
    [ -z "$(uniq -d "$work/after.ids")" ] || fail "an organization is there twice"
    sort -u "$work/gone.ids" -o "$work/gone.ids"
    missing=$(comm -23 "$work/before.ids" "$work/after.ids" | comm -23 - "$work/gone.ids")
    [ -z "$missing" ] || fail "missing: $missing"
}

organizations=6000
start_emulator --seed "$organizations" --latency 10
orgs export --page-size 500
expect_success
mv "$work/out" "$work/expected"
expected=$work/expected
run_cases "$@"

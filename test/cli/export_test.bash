# The export: every organization exactly once, both formats, and complete or marked files.
. "$(dirname "$0")/harness.bash"

first_id() { awk 'match($0, /"id":"[^"]*"/) { print substr($0, RSTART + 6, RLENGTH - 7); exit }' "$1"; }
every_one_once() {
    expect_lines 2345 "$1"
    [ "$(ids "$1" | sort -u | wc -l)" -eq 2345 ] || fail "ids repeat"
}

case_everything_once() {
    every_one_once "$all"
    orgs export --prefetch 0 --page-size 77 --out "$work/file.ndjson"
    expect_success
    expect_no_out
    cmp -s "$all" "$work/file.ndjson" || fail "the page size changes the export"
    [ ! -e "$work/file.ndjson.part" ] || fail "the temporary name is still there"
    orgs --max-connections 2 export --prefetch 64 --page-size 50 --order-by -created_at
    expect_success
    every_one_once "$work/out"
    [ "$(first_id "$work/out")" != "$(first_id "$all")" ] || fail "the order is not kept"
}

# The report says whether the export is complete, why not, and when it ran.
case_report() {
    orgs export --report "$work/report" --page-size 100
    expect_success
    cmp -s "$all" "$work/out" || fail "the report changes the export"
    expect_lines 1 "$work/report"
    local time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{3})?Z'
    grep -qE "^\\{\"started_at\":\"$time\",\"finished_at\":\"$time\",\"delivered\":2345,\"undecoded\":0,\"duplicates_dropped\":[0-9]+,\"drift_events\":0,\"refetches\":0,\"first_total\":2345,\"last_total\":2345,\"requests\":[0-9]+,\"retries\":0,\"elapsed_ms\":[0-9]+,\"complete\":true,\"doubt\":\"\"\\}\$" \
        "$work/report" || fail "another report: $(cat "$work/report")"
    orgs export --report - --out "$work/file.ndjson"
    expect_success
    expect_lines 1 "$work/out"
    expect_out '"complete":true'
    orgs export --report -
    expect_success
    tail -n 1 "$work/out" | grep -q '"delivered":2345,' || fail "the report is not the last line"
    for arguments in '--plain' '--order-by name' '--max-items 10'; do
        # shellcheck disable=SC2086 # two arguments
        orgs export --report "$work/report" $arguments
        expect_success
        grep -q '"complete":false,"doubt":"[a-z ]' "$work/report" || fail "$arguments claims to be complete"
    done
    orgs export --report "$work/none/report"
    expect_failure 1 "cannot write '$work/none/report.new'"
}

case_filters() {
    orgs export --max-items 1001 --page-size 500
    expect_success
    expect_lines 1001 "$work/out"
    orgs export --organization-id "$(first_id "$all")" --include-members-count
    expect_success
    expect_lines 1 "$work/out"
    expect_out '"members_count":'
    orgs export --query no-such-organization-anywhere
    expect_success
    expect_no_out
}

# CSV: a header, CRLF, quotes where needed, and no formulas.
case_csv() {
    start_emulator --seed 20
    orgs create --name 'Comma, "quote"' --public-metadata '{"a":1}'
    orgs create --name '=SUM(A1,"b")'
    expect_success
    orgs export --format csv
    expect_success
    expect_lines 23 "$work/out"
    [ "$(grep -c $'\r$' "$work/out")" -eq 23 ] || fail "lines do not end in CRLF"
    head -n 1 "$work/out" | grep -q '^object,id,name,slug,.*,public_metadata,private_metadata,.*,additional_fields' || fail "no header"
    expect_out '^organization,org_[^,]*,"Comma, ""quote""",.*,"\{""a"":1\}",\{\},'
    expect_out ',"'"'"'=SUM\(A1,""b""\)",'
    orgs export --format csv --csv-raw
    expect_out ',"=SUM'
    orgs export --format csv --query no-such-organization-anywhere
    expect_lines 1 "$work/out"
}

case_fields() {
    start_emulator --seed 3
    orgs create --name Private --private-metadata '{"secret":1}'
    for format in ndjson csv; do
        orgs export --format "$format"
        expect_out 'secret'
        orgs export --format "$format" --no-private-metadata
        expect_success
        if grep -q 'private_metadata\|secret' "$work/out"; then fail "private metadata in $format"; fi
    done
    orgs export --format csv --fields slug,id
    expect_success
    [ "$(head -n 1 "$work/out")" = $'slug,id\r' ] || fail "another header"
    orgs export --fields name,id
    expect_success
    if grep -qvE '^\{"name":"[^"]*","id":"org_[A-Za-z0-9]+"\}$' "$work/out"; then fail "another order"; fi
    orgs export --fields additional_fields
    expect_success
}

# An old file is kept until the new one is complete; links are followed; devices are written, not replaced.
case_old_files() {
    echo old >"$work/old"
    ln -s "$work/old" "$work/link"
    orgs export --out "$work/link"
    expect_success
    expect_lines 2345 "$work/old"
    [ -L "$work/link" ] || fail "the link was replaced"
    orgs export --out /dev/null
    expect_success
    [ -c /dev/null ] || fail "/dev/null was replaced"
    orgs export --out "$work/none/file"
    expect_failure 1 "cannot write '$work/none/file.part'"
}

# A failure does not change the old file and leaves no empty part. Data that arrived is kept: see interrupt_test.bash.
case_failures() {
    echo old >"$work/old"
    key=sk_test_wrong
    for format in ndjson csv; do
        orgs export --out "$work/old" --format "$format" --report "$work/report.$format"
        expect_failure 3 '401'
        grep -q '"complete":false,"doubt":"the walk has not ended"' "$work/report.$format" || fail "no report of a failure"
        [ "$(cat "$work/old")" = old ] || fail "the old file is gone"
        [ ! -e "$work/old.part" ] || fail "an empty file is left behind"
    done
}

# A log gets a line at the end; a pipe and --no-progress get no progress.
case_progress() {
    orgs export --out "$work/file"
    expect_success
    CI=true orgs export --out "$work/file"
    expect_status 0
    expect_err '^2345 organizations in [0-9.]+ s, [0-9]+/s$'
    if grep -q $'\r' "$work/err"; then fail "a bar in a log"; fi
    CI=true orgs export --out "$work/file" --no-progress
    expect_success
}

start_emulator --seed 2345
orgs export
expect_success
mv "$work/out" "$work/all"
all=$work/all
run_cases "$@"

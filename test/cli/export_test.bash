# The export: everything exactly once, both formats, files that are complete or marked.
. "$(dirname "$0")/harness.bash"
start_emulator --seed 2345

first_id() { awk 'match($0, /"id":"[^"]*"/) { print substr($0, RSTART + 6, RLENGTH - 7); exit }' "$1"; }
every_one_once() {
    expect_lines 2345 "$1"
    [ "$(ids "$1" | sort -u | wc -l)" -eq 2345 ] || fail "ids repeat"
}

orgs export
expect_success
every_one_once "$work/out"
cp "$work/out" "$work/all"

orgs export --prefetch 0 --page-size 77 --out "$work/file.ndjson"
expect_success
expect_no_out
cmp -s "$work/all" "$work/file.ndjson" || fail "the page size changes the export"
[ ! -e "$work/file.ndjson.part" ] || fail "the temporary name is still there"
# The report says that it is complete, or why it does not.
orgs export --report "$work/report" --page-size 100
expect_success
cmp -s "$work/all" "$work/out" || fail "the report changes the export"
expect_lines 1 "$work/report"
grep -qE '^\{"delivered":2345,"undecoded":0,"duplicates_dropped":[0-9]+,"drift_events":0,"refetches":0,"first_total":2345,"last_total":2345,"requests":[0-9]+,"retries":0,"elapsed_ms":[0-9]+,"complete":true,"doubt":""\}$' \
    "$work/report" || fail "another report: $(cat "$work/report")"
orgs export --report - --out "$work/file.ndjson"
expect_success
expect_lines 1 "$work/out"
expect_out '"complete":true'
orgs export --report -
expect_success
tail -n 1 "$work/out" | grep -q '^{"delivered":2345,' || fail "the report is not the last line"
for arguments in '--plain' '--order-by name' '--max-items 10'; do
    # shellcheck disable=SC2086 # two arguments
    orgs export --report "$work/report" $arguments
    expect_success
    grep -q '"complete":false,"doubt":"[a-z ]' "$work/report" || fail "$arguments claims to be complete"
done
orgs export --report "$work/none/report"
expect_failure 1 "cannot write '$work/none/report'"

orgs --max-connections 2 export --prefetch 64 --page-size 50 --order-by -created_at
expect_success
every_one_once "$work/out"
[ "$(first_id "$work/out")" != "$(first_id "$work/all")" ] || fail "the order is not kept"

orgs export --max-items 1001 --page-size 500
expect_success
expect_lines 1001 "$work/out"
first=$(first_id "$work/all")
orgs export --organization-id "$first" --include-members-count
expect_success
expect_lines 1 "$work/out"
expect_out '"members_count":'
orgs export --query no-such-organization-anywhere
expect_success
expect_no_out

# CSV: a header, CRLF, and quotes around what needs them.
orgs create --name 'Comma, "quote"' --public-metadata '{"a":1}'
expect_success
orgs export --format csv
expect_success
expect_lines 2347 "$work/out"
[ "$(grep -c $'\r$' "$work/out")" -eq 2347 ] || fail "lines do not end in CRLF"
head -n 1 "$work/out" | grep -q '^object,id,name,slug,.*,public_metadata,private_metadata,.*,additional_fields' || fail "no header"
expect_out '^organization,org_[^,]*,"Comma, ""quote""",.*,"\{""a"":1\}",\{\},'
orgs export --format csv --query no-such-organization-anywhere
expect_lines 1 "$work/out"

# An old file stays until the new one is complete; links are followed; devices are written, not replaced.
echo old >"$work/old"
ln -s "$work/old" "$work/link"
orgs export --out "$work/link"
expect_success
expect_lines 2346 "$work/old"
[ -L "$work/link" ] || fail "the link was replaced"
orgs export --out /dev/null
expect_success
[ -c /dev/null ] || fail "/dev/null was replaced"
orgs export --out "$work/none/file"
expect_failure 1 "cannot write '$work/none/file.part'"

# A failure leaves the old file alone, and no empty one beside it. What arrived is kept: see the interruptions.
echo old >"$work/old"
key=sk_test_wrong
for format in ndjson csv; do
    orgs export --out "$work/old" --format "$format" --report "$work/report.$format"
    expect_failure 3 '401'
    grep -q '"complete":false,"doubt":"the walk has not ended"' "$work/report.$format" || fail "no report of a failure"
    [ "$(cat "$work/old")" = old ] || fail "the old file is gone"
    [ ! -e "$work/old.part" ] || fail "an empty file is left behind"
done

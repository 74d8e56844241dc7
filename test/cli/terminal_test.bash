# Answers of a server cannot control the terminal, and the progress bar appears on terminals only.
. "$(dirname "$0")/harness.bash"

no_raw_controls() {
    # Everything below the blank but the line feed, DEL, and C1 in UTF-8.
    if LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$1"; then fail "raw control characters in $1"; fi
}

start_scripted "$(json_response '200 OK' '{"object":"organization","id":"org_a","name":"\\u001b[31mred\0177\0302\0233K"}')"
for option in '' --http-info; do
    orgs ${option:+"$option"} get org_a
    expect_success
    no_raw_controls "$work/out"
    expect_out '"name":"\\u001[bB]\[31mred\\u007f\\u009bK"'
done

start_scripted "$(json_response '200 OK' '{"data":[{"object":"organization","id":"org_a","name":"\\u001b[31mred\0177\0302\0233K"}],"total_count":1}')"
orgs export
expect_success
no_raw_controls "$work/out"
expect_out '"name":"\\u001[bB]\[31mred\\u007f\\u009bK"'
orgs export --format csv
expect_success
expect_out 'org_a,\\u001b\[31mred\\u007f\\u009bK,'
tr -d '\r' <"$work/out" >"$work/csv"
no_raw_controls "$work/csv"

start_scripted "$(json_response '422 Unprocessable' '{"errors":[{"code":"c\\u001b[2J","message":"m","long_message":"l\\u009b1m\0302\0233"}]}')"
orgs get org_a
expect_failure 3 '422'
no_raw_controls "$work/err"
start_scripted 'HTTP/1.1 502 Bad\r\nX-Note: \0233\0377\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n\033[2J\0302\0233'
orgs --max-attempts 1 get org_a
expect_failure 3 '502'
no_raw_controls "$work/err"
start_scripted 'HTTP/1.1 200 OK\r\nX-Note: a\0233\0377\r\nx-note: b\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"id":"org_a"}'
orgs --http-info get org_a
expect_success
no_raw_controls "$work/out"
expect_out '"x-note":"a\\\\x9b\\\\xff, b"'

# A pipe gets no bar.
start_emulator --seed 3000 --latency 120
orgs export --page-size 250 --prefetch 1
expect_success
expect_lines 3000 "$work/out"

# on_terminal COLUMNS COMMAND: runs it on a separate terminal; its output goes to $work/screen.
on_terminal() {
    CLERK_SECRET_KEY=$key script --quiet --return --command "stty cols $1; $2" /dev/null </dev/null >"$work/screen"
}
if ! command -v script >/dev/null || ! on_terminal 80 true 2>/dev/null; then
    echo "no terminal available: the progress bar is not tested"
    exit 77
fi
export_command="'$CLERK_BIN_DIR/clerk-orgs' --base-url '$base_url' --ca-file '$ca_file' export --page-size 250 --prefetch 1"
on_terminal 100 "$export_command --out '$work/bar.ndjson'" || fail "the export on a terminal failed"
expect_lines 3000 "$work/bar.ndjson"
grep -qE '\[#+-*\] [0-9]+%  [0-9]+/3000  [0-9]+/s  ETA [0-9]+:[0-9]{2}' "$work/screen" || fail "no progress bar"
grep -qE '3000 organizations in [0-9.]+ s, [0-9]+/s' "$work/screen" || fail "no summary"
tr '\r' '\n' <"$work/screen" | awk 'length($0) > 100 { exit 1 }' || fail "the bar is wider than the terminal"

# Narrow terminals, and a terminal that also gets the data.
on_terminal 30 "$export_command --out '$work/bar.ndjson'" || fail "the export on a narrow terminal failed"
tr '\r' '\n' <"$work/screen" | grep 'ETA\|/3000' | awk 'length($0) > 29 { exit 1 }' || fail "the bar is wider than the terminal"
on_terminal 100 "$export_command" || fail "the export to a terminal failed"
[ "$(tr '\r' '\n' <"$work/screen" | grep -cE '^\{"object":"organization".*\}$')" -eq 3000 ] || fail "the bar is mixed with the data"

# Logs of CI and terminals that cannot rewrite a line get lines instead of a bar.
TERM=dumb on_terminal 100 "$export_command --out '$work/bar.ndjson'" || fail "the export on a dumb terminal failed"
grep -qE '^3000 organizations in ' "$work/screen" || fail "no summary on a dumb terminal"
if grep -q '\[#' "$work/screen"; then fail "a bar on a dumb terminal"; fi
on_terminal 100 "$export_command --no-progress --out '$work/bar.ndjson'" || fail "the export without progress failed"
[ ! -s "$work/screen" ] || fail "progress in spite of --no-progress"

# Tables are cut to the terminal, in colour only there, and not where NO_COLOR is set.
list_command="'$CLERK_BIN_DIR/clerk-orgs' --base-url '$base_url' --ca-file '$ca_file' list --limit 5 --output table"
on_terminal 40 "$list_command" || fail "the list on a terminal failed"
grep -q $'^\e\\[1mID ' "$work/screen" || fail "no colour on a terminal"
grep -q '…' "$work/screen" || fail "nothing was cut"
NO_COLOR=1 on_terminal 40 "$list_command" || fail "the list on a terminal failed"
if grep -q $'\e' "$work/screen"; then fail "colour in spite of NO_COLOR"; fi

# On a terminal, delete asks first.
orgs create --name 'To be deleted'
id=$(answer_id)
delete_command="'$CLERK_BIN_DIR/clerk-orgs' --base-url '$base_url' --ca-file '$ca_file' delete $id"
answered() {
    rm -f "$work/ended"
    : >"$work/screen"
    {
        until grep -q 'permanently' "$work/screen" || [ -e "$work/ended" ]; do sleep 0.05; done
        printf '%s\n' "$1"
        until [ -e "$work/ended" ]; do sleep 0.05; done
    } | {
        status=0
        CLERK_SECRET_KEY=$key script --quiet --flush --return --command "$delete_command" /dev/null >"$work/screen" || status=$?
        echo "$status" >"$work/ended.new"
        mv "$work/ended.new" "$work/ended"
    }
    status=$(cat "$work/ended")
}
answered n
expect_status 2
grep -q "Delete organization $id permanently" "$work/screen" || fail "delete did not ask: $(cat "$work/screen")"
grep -q 'nothing was sent' "$work/screen" || fail "the refusal is not reported"
orgs get "$id"
expect_success
answered y
expect_status 0
orgs get "$id"
expect_failure 3 '404'

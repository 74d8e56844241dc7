# One exit status for each kind of failure, one line on standard error, and never the key.
. "$(dirname "$0")/harness.bash"

never_the_key() {
    if grep -q "$key" "$work/out" "$work/err"; then fail "the key is in the output"; fi
}
failure() {
    expect_failure "$1" "$2"
    expect_no_out
    never_the_key
}

start_emulator
orgs --max-attempts 1 get org_none
failure 3 'get_organization.*404.*resource_not_found.*[Tt]race'
orgs --http-info list
expect_success
never_the_key
head -c 12582912 /dev/zero >"$work/large"
orgs upload-logo org_1 "$work/large"
failure 7 "FILE '$work/large': has more than"

own_ca=$ca_file
ca_file=/etc/ssl/certs/ca-certificates.crt
if [ -f "$ca_file" ]; then
    orgs --max-attempts 1 list
    failure 4 'certificate'
fi
ca_file=$own_ca
kill "$emulator_pid"
wait "$emulator_pid" || true
orgs --max-attempts 2 --timeout 5 list
failure 4 'list_organizations.*attempt'

start_emulator --latency 20000
SECONDS=0
orgs --timeout 0.3 list
failure 5 'list_organizations'
[ "$SECONDS" -lt 8 ] || fail "the timeout took $SECONDS s"

# answers STATUS PATTERN RESPONSE COMMAND…: checks how the tool handles an invalid answer.
answers() {
    local expected=$1 pattern=$2
    start_scripted "$3"
    shift 3
    orgs --max-attempts 1 --timeout 10 "$@"
    failure "$expected" "$pattern"
}
answers 6 '\$' "$(json_response '200 OK' '{"object":"organization","id":7}')" get org_1
answers 6 '' "$(json_response '200 OK' '{"object":"organization",')" get org_1
answers 6 '' "$(json_response '200 OK' '[]')" list
answers 6 '' 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi' get org_1
answers 6 '' 'HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n' get org_1
answers 6 '' 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi' api GET /x
answers 4 '' 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"object"' get org_1
answers 4 '' 'SSH-2.0-OpenSSH_9.2\r\n\r\n' get org_1
answers 6 'HTTP 999' 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n' get org_1
answers 3 '502' 'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>x' get org_1

# Control characters are escaped even where an answer is printed unchanged.
start_scripted "$(json_response '200 OK' '{"a": "\033[31m\302\233"}')"
orgs api GET /x
expect_success
expect_out '^\{"a": "\\u001b\[31m\\u009b"\}$'

# An item that cannot be decoded is left out of its page.
start_scripted "$(json_response '200 OK' \
    '{"data":[{"object":"organization","id":"org_a","name":"A"},{"object":"organization","id":"org_b","name":7}],"total_count":2}')"
orgs list
expect_failure 6 'item 1 \(org_b\).*\$\.data\[1\]\.name'
expect_out '"id":"org_a"'
orgs export --out "$work/export.ndjson"
expect_status 6
expect_lines 2 "$work/err"
expect_err 'item 1 \(org_b\)'
expect_err "kept in '$work/export.ndjson.part'"
[ ! -e "$work/export.ndjson" ] || fail "an incomplete export has the name of a complete one"

# An item that nests too deeply, with a very long id.
deep=$(printf '[%.0s' {1..90})$(printf ']%.0s' {1..90})
start_scripted "$(json_response '200 OK' \
    "{\"data\":[{\"id\":\"org_$(printf '%0300d' 0)\",\"x\":$deep},{\"id\":\"org_a\"}],\"total_count\":2}")"
orgs list
expect_failure 6 'item 0 \(org_0{124}\.\.\.\) .*nests deeper'
expect_out '"id":"org_a"'

# Standard output cannot be written.
start_emulator --seed 2000
status=0
tool --base-url "$base_url" --ca-file "$ca_file" list >/dev/full 2>"$work/err" || status=$?
expect_failure 1 'standard output'
status=0
tool --base-url "$base_url" --ca-file "$ca_file" list >&- 2>"$work/err" || status=$?
expect_failure 1 'standard output'
statuses=$(set +e; tool --base-url "$base_url" --ca-file "$ca_file" export 2>"$work/err" | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}")
status=$statuses
expect_failure 1 'standard output'

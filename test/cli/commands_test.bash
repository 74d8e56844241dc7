# Every command, over TLS.
. "$(dirname "$0")/harness.bash"
start_emulator --seed 3

orgs create --name 'Acme "Ltd"' --slug acme --created-by user_1 --max-allowed-memberships 0 \
    --created-at 2020-01-02T03:04:05.678Z --public-metadata '{"plan":"pro"}' --private-metadata "@-" <<<'{"crm":{"a":1,"b":2}}'
expect_success
expect_lines 1 "$work/out"
expect_out '"name":"Acme \\"Ltd\\""'
expect_out '"slug":"acme"'
expect_out '"created_by":"user_1"'
expect_out '"max_allowed_memberships":0'
expect_out '"created_at":1577934245678'
expect_out '"public_metadata":\{"plan":"pro"\}'
expect_out '"private_metadata":\{"crm":\{"a":1,"b":2\}\}'
id=$(answer_id)
[ -n "$id" ] || fail "no id"

orgs get acme --include-members-count --include-missing-member-with-elevated-permissions
expect_success
expect_out "\"id\":\"$id\""
expect_out '"members_count":[0-9]'
expect_out '"missing_member_with_elevated_permissions":(true|false)'
orgs get "$id"
expect_success
if grep -q members_count "$work/out"; then fail "members_count was not asked for"; fi

# Global options may also follow the command.
tool get "$id" --base-url "$base_url" --ca-file "$ca_file" >"$work/after" || fail "options after the command"
cmp -s "$work/out" "$work/after" || fail "options after the command give another answer"

orgs --http-info get "$id"
expect_success
expect_lines 1 "$work/out"
expect_out '^\{"status":200,"headers":\{.*"content-type":"application/json".*\},"data":\{"object":"organization",.*\}\}$'

# --verbose prints records on standard error, without secrets.
orgs --verbose get "$id"
expect_status 0
expect_lines 1 "$work/out"
expect_lines 2 "$work/err"
expect_err '^clerk-orgs: get_organization: HTTP 200 in [0-9.]+ ms, trace id [0-9a-f]+ \| attempt 1: HTTP 200 .*tls [0-9.]+ ms first byte .* received [0-9]+ B'
expect_err '^clerk-orgs: connections opened 1; requests 1, in this window 0 of any number; retries 0, in reserve 100$'
if grep -q -e "$key" -e "$id" "$work/err"; then fail "--verbose prints the key or an id"; fi

orgs list --limit 2 --order-by -created_at
expect_success
expect_lines 1 "$work/out"
expect_out '^\{"data":\[\{.*\}\],"total_count":4\}$'
[ "$(grep -o '"object":"organization"' "$work/out" | wc -l)" -eq 2 ] || fail "not two organizations"
orgs list --limit 500 --offset 3
[ "$(grep -o '"object":"organization"' "$work/out" | wc -l)" -eq 1 ] || fail "offset is not kept"
orgs list --query acm
expect_out '"total_count":1\}$'
orgs list --organization-id "$id" --organization-id org_none --include-members-count
expect_out "\"id\":\"$id\".*\"total_count\":1\}$"
orgs list --organization-id "-$id"
expect_out '"total_count":3\}$'
orgs list --user-id user_1
expect_out "\"id\":\"$id\""
orgs list --user-id -user_1
expect_out '"total_count":3\}$'

orgs update "$id" --name 'Acme 2' --max-allowed-memberships 7 --admin-delete-enabled false \
    --created-at 2021-01-01T00:00:00Z
expect_success
expect_out '"name":"Acme 2"'
expect_out '"max_allowed_memberships":7'
expect_out '"admin_delete_enabled":false'
expect_out '"slug":"acme"'
expect_out '"created_at":1609459200000'
orgs update "$id" --null max_allowed_memberships
expect_success
orgs update "$id" --public-metadata '{"x":1}'
expect_failure 3 '422'
orgs --api-version 2025-11-10 update "$id" --public-metadata '{"x":1}'
expect_success
expect_out '"x":1'
orgs --api-version 2020-01-01 get "$id"
expect_failure 3 'api_version_invalid'

orgs replace-metadata "$id" --public '{"plan":"free"}'
expect_success
expect_out '"public_metadata":\{"plan":"free"\},"private_metadata":\{"crm"'
printf ' {"crm":{"a":null,"c":3}}\n' >"$work/private.json"
orgs merge-metadata "$id" --public '{"seats":2}' --private "@$work/private.json"
expect_success
expect_out '"public_metadata":\{"plan":"free","seats":2\}'
expect_out '"private_metadata":\{"crm":\{"b":2,"c":3\}\}'
orgs replace-metadata "$id" --public '{}' --private null
expect_success
expect_out '"public_metadata":\{\}'
expect_out '"private_metadata":null'

# The names of create work for metadata, too; files may begin with a byte order mark.
printf '\xef\xbb\xbf{"seats":3}\r\n' >"$work/mark.json"
orgs merge-metadata "$id" --public-metadata "@$work/mark.json" --private-metadata '{"a":1}'
expect_success
expect_out '"public_metadata":\{"seats":3\},"private_metadata":\{"a":1\}'
orgs replace-metadata "$id" --public-metadata '{}' --private-metadata null
expect_success

# The smallest GIF there is.
printf 'GIF89a\001\000\001\000\200\000\000\000\000\000\377\377\377!\371\004\001\000\000\000\000,\000\000\000\000\001\000\001\000\000\002\002D\001\000;' >"$work/logo"
orgs upload-logo "$id" "$work/logo" --uploader-user-id user_1
expect_success
expect_out '"has_image":true'
expect_out '"logo_url":'
orgs delete-logo "$id"
expect_success
expect_out '"has_image":false'
orgs upload-logo "$id" - <"$work/logo"
expect_success
expect_out '"has_image":true'
orgs upload-logo "$id" <(cat "$work/logo")
expect_success
head -c 12582912 /dev/zero >"$work/large"
orgs upload-logo "$id" - <"$work/large"
expect_failure 7 'FILE: '
orgs delete-logo "$id"
expect_success
orgs delete-logo "$id"
expect_failure 3 '404.*image_not_found'

orgs delete "$id" --yes
expect_success
expect_out "\"id\":\"$id\".*\"deleted\":true"
orgs get "$id"
expect_failure 3 '404.*resource_not_found'
expect_no_out

# The key from a file with a byte order mark and blank lines; server and authorities from the environment.
printf '\xef\xbb\xbf\r\n  %s \r\n\r\n' "$key" >"$work/secret"
good_key=$key
key=sk_test_wrong
orgs --secret-key-file "$work/secret" list
expect_success
orgs list
expect_failure 3 '401.*clerk_key_invalid'
key="  $good_key"$'\r'
status=0
CLERK_BASE_URL=$base_url CLERK_CA_FILE=$ca_file tool list >"$work/out" 2>"$work/err" || status=$?
expect_success
key=$good_key
status=0
CLERK_BASE_URL=https://127.0.0.1:9 CLERK_CA_FILE=/none tool --base-url "$base_url" --ca-file "$ca_file" list >"$work/out" 2>"$work/err" || status=$?
expect_success

# Any endpoint.
orgs api GET /organizations --query limit=2 --query order_by=+created_at
expect_success
expect_lines 1 "$work/out"
expect_out '^\{"data":\[\{"object":"organization".*\],"total_count":3\}$'
orgs api POST /organizations --data '{"name":"By hand"}'
expect_success
id=$(answer_id)
printf '{"name":"From a file"}' >"$work/name.json"
orgs api PATCH "/organizations/$id" --data "@$work/name.json"
expect_out '"name":"From a file"'
orgs api PATCH "/organizations/$id" --data - <<<'{"name":"From a pipe"}'
expect_out '"name":"From a pipe"'
orgs --http-info api GET "/organizations/$id"
expect_success
expect_out '^\{"status":200,"headers":\{.*\},"data":\{"object":"organization",.*\}\}$'
orgs --verbose api GET "/organizations/$id"
expect_err '^clerk-orgs: api: HTTP 200'
orgs api DELETE "/organizations/$id"
expect_success
orgs api GET "/organizations/$id"
expect_failure 3 'api: .*404.*resource_not_found'
expect_no_out

# Output as a table.
orgs list --output table --limit 2
expect_success
expect_lines 3 "$work/out"
expect_out '^ID +NAME +SLUG +CREATED$'
expect_out '^org_[A-Za-z0-9]+ +'
orgs get "$(sed -n '2s/ .*//p' "$work/out")" --output table
expect_success
expect_out '^id +org_'
if grep -q $'\e' "$work/out"; then fail "colour in a pipe"; fi

# --dry-run prints the request instead of sending it, and needs no key.
dry() {
    status=0
    env -u CLERK_SECRET_KEY "$CLERK_BIN_DIR/clerk-orgs" --base-url https://127.0.0.1:9/v1/ "$@" --dry-run >"$work/out" 2>"$work/err" || status=$?
    expect_success
    expect_lines 1 "$work/out"
}
dry create --name 'A "b"' --public-metadata '{"n":1e400}'
expect_out '^\{"method":"POST","url":"https://127.0.0.1:9/v1/organizations","headers":\{"Clerk-API-Version":"2026-05-12","Content-Type":"application/json"\},"body":\{"name":"A \\"b\\"".*"public_metadata":\{"n":1e400\}.*\}\}$'
dry update org_1 --null slug
expect_out '^\{"method":"PATCH","url":"https://127.0.0.1:9/v1/organizations/org_1",.*"body":\{"slug":null\}\}$'
dry merge-metadata org_1 --private-metadata '{"a":null}'
expect_out '"method":"PATCH","url":".*/organizations/org_1/metadata",.*"body":\{"private_metadata":\{"a":null\}\}\}$'
dry replace-metadata org_1 --public-metadata null
expect_out '"method":"PUT","url":".*/organizations/org_1/metadata",.*"body":\{"public_metadata":null\}\}$'
dry upload-logo org_1 "$work/logo"
expect_out '"method":"PUT","url":".*/organizations/org_1/logo",.*"Content-Type":"multipart/form-data; boundary=.*"body":"[0-9]+ bytes"\}$'
dry api POST '/organizations/a b/domains' --query 'k=v w' --data '{ "n": 1e400 }'
expect_out '"method":"POST","url":"https://127.0.0.1:9/v1/organizations/a%20b/domains\?k=v%20w",.*"body":\{ "n": 1e400 \}\}$'
dry delete-logo org_1
expect_out '"method":"DELETE","url":".*/organizations/org_1/logo",.*"body":null\}$'
dry delete org_1
expect_out '"method":"DELETE","url":".*/organizations/org_1",.*"body":null\}$'
CLERK_SECRET_KEY=$key dry delete org_1
if grep -q "$key" "$work/out"; then fail "the key is in the request"; fi

# The commands on memberships and invitations, over TLS.
. "$(dirname "$0")/harness.bash"

# id OBJECT: prints the id of the first such object in the latest answer.
id_of() { grep -oE "\"id\":\"$1_[A-Za-z0-9]+\"" "$work/out" | head -n 1 | cut -d '"' -f 4; }
count() { grep -oE "$1" "$work/out" | wc -l; }

# new_organization [OPTION…]: sets organization; user_boss is its administrator.
new_organization() {
    orgs create --name Acme --created-by user_boss "$@"
    expect_success
    organization=$(answer_id)
}

case_memberships() {
    new_organization
    orgs memberships create "$organization" user_ann --role org:member --public-metadata '{"team":"sales"}' --private-metadata @- <<<'{"n":1}'
    expect_success
    expect_lines 1 "$work/out"
    expect_out '^\{"id":"orgmem_.*"role":"org:member".*"public_metadata":\{"team":"sales"\},"private_metadata":\{"n":1\}'
    orgs memberships get "$organization" user_ann
    expect_success
    expect_out '"user_id":"user_ann"'
    orgs --http-info memberships get "$organization" user_ann
    expect_success
    expect_out '^\{"status":200,"headers":\{.*\},"data":\{"id":"orgmem_'
    orgs memberships update "$organization" user_ann --role org:admin
    expect_success
    expect_out '"role":"org:admin"'
    orgs memberships merge-metadata "$organization" user_ann --public-metadata '{"team":null,"seat":2}'
    expect_success
    expect_out '"public_metadata":\{"seat":2\},"private_metadata":\{"n":1\}'
    orgs memberships delete "$organization" user_ann --yes
    expect_success
    expect_out '"user_id":"user_ann"'
    orgs memberships get "$organization" user_ann
    expect_failure 3 'get_organization_membership: HTTP 404 .*not a member'
    expect_no_out
}

case_lists_of_memberships() {
    new_organization
    orgs memberships create "$organization" user_ann --role org:member
    orgs memberships list "$organization" --order-by +created_at
    expect_success
    expect_out '"total_count":2\}$'
    orgs memberships list "$organization" --limit 1 --offset 1
    [ "$(count '"user_id":')" -eq 1 ] || fail "the page is not kept"
    orgs memberships list "$organization" --role org:member
    expect_success
    expect_out '"user_id":"user_ann".*"total_count":1\}$'
    orgs memberships list "$organization" --user-id -user_ann
    expect_out '"user_id":"user_boss".*"total_count":1\}$'
    orgs memberships list "$organization" --query ann
    expect_out '"total_count":1\}$'
    orgs memberships list "$organization" --username-query no-such-name
    expect_out '"total_count":0\}$'
    orgs memberships list "$organization" --created-after 2000-01-01T00:00:00Z --created-before 2001-01-01T00:00:00Z
    expect_out '"total_count":0\}$'
    orgs memberships list "$organization" --created-after yesterday
    expect_failure 2 "created-after.*'yesterday' is not an RFC 3339 time"
    orgs memberships list --user user_ann --limit 100
    expect_success
    expect_out "\"organization\":\\{[^{]*\"id\":\"$organization\""
    orgs memberships list --limit 500 --order-by -created_at
    expect_success
    expect_out '"user_id":"user_ann"'
    [ "$(count '"object":"organization_membership"')" -ge 8 ] || fail "those made at the start are missing"
    orgs memberships list "$organization" --role org:member --output table
    expect_success
    expect_lines 2 "$work/out"
    expect_out '^ORGANIZATION +USER +IDENTIFIER +ROLE +CREATED$'
    expect_out "^$organization +user_ann +.* +org:member +20"
    orgs memberships get "$organization" user_ann --output table
    expect_success
    expect_out '^role +org:member$'
    expect_out "^organization.id +$organization\$"
    expect_out '^public_user_data.user_id +user_ann$'
}

case_invitations() {
    new_organization
    orgs invitations create "$organization" --email-address ann@example.com --role org:member --inviter-user-id user_boss \
        --public-metadata '{"a":1}' --redirect-url https://example.com/ --expires-in-days 7 --notify false
    expect_success
    expect_out '"email_address":"ann@example.com".*"status":"pending"'
    local invitation
    invitation=$(id_of orginv)
    orgs invitations get "$organization" "$invitation"
    expect_success
    expect_out "\"id\":\"$invitation\""
    orgs invitations create "$organization" --email-address ann@example.com --role org:member
    expect_failure 3 '400'
    orgs invitations list "$organization" --status pending --email-address ann@example.com
    expect_success
    expect_out '"total_count":1\}$'
    orgs invitations list "$organization" --status pending --output table
    expect_success
    expect_out '^ORGANIZATION +ID +EMAIL ADDRESS +ROLE +STATUS +CREATED$'
    expect_out "^$organization +$invitation +ann@example.com +org:member +pending +20"
    orgs invitations list --query ann@ --order-by +created_at
    expect_success
    expect_out '"public_organization_data":'
    orgs invitations list --user user_boss
    expect_status 0
    orgs invitations revoke "$organization" "$invitation" --requesting-user-id user_boss --yes
    expect_success
    expect_out '"status":"revoked"'
    orgs invitations revoke "$organization" "$invitation" --yes
    expect_failure 3 'organization_invitation_not_pending'
    orgs invitations list "$organization" --status pending
    expect_out '"total_count":0\}$'
}

case_bulk() {
    new_organization
    local index
    for index in {1..10}; do
        echo "{\"email_address\":\"a$index@example.com\",\"role\":\"org:member\",\"public_metadata\":{\"n\":$index}}"
    done >"$work/lines"
    orgs invitations bulk "$organization" "$work/lines"
    expect_success
    [ "$(count '"status":"pending"')" -eq 10 ] || fail "not ten invitations"
    printf '[{"email_address":"b@example.com","role":"org:member","notify":false,"expires_in_days":3},\n {"email_address":"c@example.com","role":"org:admin"}]' >"$work/array"
    orgs invitations bulk "$organization" - <"$work/array"
    expect_success
    [ "$(count '"status":"pending"')" -eq 2 ] || fail "not two invitations"
    # All of them or none.
    sed 's/@example/@example2/' "$work/lines" >"$work/again"
    sed '10s/.*/{"email_address":"a1@example.com","role":"org:member"}/' "$work/again" >"$work/half"
    orgs invitations bulk "$organization" "$work/half"
    expect_failure 3 '400'
    orgs invitations list "$organization" --limit 500
    expect_out '"total_count":12\}$'
    (
        cat "$work/lines"
        echo '{"email_address":"l@example.com","role":"org:member"}'
    ) >"$work/eleven"
    orgs invitations bulk "$organization" "$work/eleven"
    expect_failure 2 'FILE: .*10.*nothing was sent'
    : >"$work/empty"
    orgs invitations bulk "$organization" "$work/empty"
    expect_failure 2 'FILE: .*empty.*nothing was sent'
    echo '{"email_address":"x@example.com","role":""}' >"$work/role"
    orgs invitations bulk "$organization" "$work/role"
    expect_failure 2 '\[0\].role'
    bulk_refused() {
        printf '%s' "$1" >"$work/bad"
        orgs invitations bulk "$organization" "$work/bad"
        expect_failure 2 "FILE: '$work/bad'$2"
    }
    bulk_refused '{"email":"x@example.com"}' ", invitation 1: there is no member 'email'"
    bulk_refused '[{"role":1}]' ', invitation 1: role is not a string'
    bulk_refused '[1]' ', invitation 1 is not a JSON object'
    bulk_refused $'{"role":"a"}\n\n{"notify":0}' ', invitation 2: notify is not a boolean'
    bulk_refused $'{"role":"a"}\n{' ', line 2 is not valid JSON'
    bulk_refused '[' ' is not valid JSON'
    orgs invitations bulk "$organization" "$work/none"
    expect_failure 2 "FILE: cannot read '$work/none'"
}

# Errors of the service set the exit status, and an unknown organization is not found.
case_refusals_of_the_service() {
    new_organization --max-allowed-memberships 1
    orgs memberships create "$organization" user_ann --role org:member
    expect_failure 3 '403.*organization_membership_quota_exceeded'
    orgs memberships create "$organization" user_boss --role org:member
    expect_failure 3 '400.*already_a_member_in_organization'
    orgs memberships delete "$organization" user_boss --yes
    expect_failure 3 'organization_minimum_permissions_needed'
    for arguments in 'memberships list' 'invitations list'; do
        # shellcheck disable=SC2086 # two arguments
        orgs $arguments org_none
        expect_failure 3 '404.*resource_not_found'
        expect_no_out
    done
    orgs memberships update org_none user_1 --role org:admin
    expect_failure 3 '404'
    orgs invitations get "$organization" orginv_none
    expect_failure 3 '404'
}

case_dry_run() {
    key=
    base_url=https://127.0.0.1:9/v1
    # dry PATTERN ARGUMENT…
    dry() {
        local pattern=$1
        shift
        orgs "$@" --dry-run
        expect_success
        expect_lines 1 "$work/out"
        expect_out "$pattern"
    }
    dry '"method":"POST","url":".*/organizations/org_1/memberships",.*"body":\{"user_id":"user_1","role":"org:admin"\}\}$' \
        memberships create org_1 user_1 --role org:admin
    dry '"method":"PATCH","url":".*/organizations/org_1/memberships/user_1",.*"body":\{"role":"org:admin"\}\}$' \
        memberships update org_1 user_1 --role org:admin
    dry '"method":"PATCH","url":".*/memberships/user_1/metadata",.*"body":\{"public_metadata":\{"n":1e400\}\}\}$' \
        memberships merge-metadata org_1 user_1 --public-metadata '{"n":1e400}'
    dry '"method":"DELETE","url":".*/organizations/org_1/memberships/user_1",.*"body":null\}$' memberships delete org_1 user_1
    dry '"method":"POST","url":".*/organizations/org_1/invitations",.*"body":\{"email_address":"a@b.c","role":"org:member"\}\}$' \
        invitations create org_1 --email-address a@b.c --role org:member
    dry '"method":"POST","url":".*/organizations/org_1/invitations/bulk",.*"body":\[\{"email_address":"a@b.c","role":"r"\}\]\}$' \
        invitations bulk org_1 <(echo '[{"email_address":"a@b.c","role":"r"}]')
    dry '"method":"POST","url":".*/organizations/org_1/invitations/orginv_1/revoke",.*"body":\{\}\}$' invitations revoke org_1 orginv_1
}

start_emulator --seed 3 --seed-members 2
run_cases "$@"

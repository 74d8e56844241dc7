# Errors in the command line: status 2, one line that names the option, no request.
. "$(dirname "$0")/harness.bash"

base_url=https://127.0.0.1:9/v1 # no server listens: a request would end with status 4
ca_file=$work/ca.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test \
    -keyout "$work/key.pem" -out "$ca_file" 2>/dev/null

# refused PATTERN ARGUMENT…; a failure does not hide the others.
failures=0
refused() {
    local pattern=$1
    shift
    orgs "$@"
    (
        expect_failure 2 "$pattern"
        expect_no_out
    ) || {
        echo "arguments: $*" >&2
        ((++failures))
    }
}

refused 'a command is required'
refused "no command 'nope'" nope
refused "no command 'lst'; did you mean 'list'" lst
refused "no command 'craete'; did you mean 'create'" craete --name A
refused "unexpected argument '--nope'" --nope list
refused "unexpected argument 'more'" list more
refused 'see --help' get
refused '--name is required' create
refused "unexpected argument '--nmae'; did you mean '--name'" create --nmae A
refused "unexpected argument '--nmae=A'; did you mean '--name'" create --nmae=A
refused "unexpected argument '--time-out'; did you mean '--timeout'" list --time-out 3
refused "unexpected argument '-x'" get -x
refused '--limit: .*whole number' list --limit ten
refused '--limit: .*whole number' list --limit 0x10
refused '--limit: .*whole number' list --limit 99999999999999999999
refused '--limit: takes one value' list --limit
refused '--limit: takes one value' list --limit 1 --limit 2
refused '--timeout: ' --timeout 0 list
refused '--timeout: ' --timeout inf list
refused '--max-attempts: ' --max-attempts 0 list
refused '--max-connections: ' --max-connections -1 list
for option in --base-url --ca-file --secret-key-file --api-version; do
    status=0
    tool "$option" '' list >"$work/out" 2>"$work/err" || status=$?
    expect_failure 2 "$option: is empty"
    status=0
    tool "$option=" list >"$work/out" 2>"$work/err" || status=$? # the command is not taken as the value
    expect_failure 2 "$option: is empty"
done
refused '--order-by: is empty' list --order-by=
refused '--out: is empty' export --out ''
refused '--format: ' export --format xml
refused '--page-size: ' export --page-size 501
refused '--prefetch: ' export --prefetch -1
refused '--http-info: ' --http-info export
refused '--rate-limit: .*auto, on and off' --rate-limit maybe list
refused '--resume: is empty' export --out "$work/out" --resume ''
refused '--report: is empty' export --report ''
refused '--resume: needs a regular file' export --resume "$work/state"
refused '--resume: needs a regular file' export --resume "$work/state" --out -
refused '--resume: needs a regular file' export --resume "$work/state" --out /dev/null
refused '--resume: is the same file as --out' export --resume "$work/x" --out "$work/x"
refused '--report: is the same file as --out' export --report "$work/x" --out "$work/x"
refused '--report: is the same file as --resume' export --report "$work/s" --resume "$work/s" --out "$work/x"
refused '--created-at: ' create --name A --created-at yesterday
refused '--admin-delete-enabled: ' update org_1 --admin-delete-enabled maybe
refused '--null: .nonsense.' update org_1 --null nonsense
refused '--null: slug is also given a value' update org_1 --slug a --null slug
for json in '{' '[]' 'null' '{"a":1}x' '' '{"a":\x01}'; do
    refused '--public-metadata: ' create --name A --public-metadata "$json"
    refused '--private-metadata: ' merge-metadata org_1 --private "$json"
done
refused '--public-metadata: ' replace-metadata org_1 --public '[]'
refused "--public-metadata: cannot read '$work/none'" merge-metadata org_1 --public "@$work/none"

# An update without changes, and slugs where an id is needed: no request is sent.
refused 'update needs at least one member' update org_1
refused 'merge-metadata needs --public-metadata or --private-metadata' merge-metadata org_1
refused 'replace-metadata needs --public-metadata or --private-metadata' replace-metadata org_1
for command in 'update acme --name A' 'merge-metadata acme --public {}' 'replace-metadata acme --public {}' \
    'delete acme --yes' 'delete-logo acme' "upload-logo acme $ca_file"; do
    # shellcheck disable=SC2086 # several arguments
    refused "ID: 'acme' is no organization id \(org_...\); 'clerk-orgs get acme' tells the id" $command
done
refused 'ID: is empty' delete '' --yes
refused "ID: '.' is no organization id" delete . --yes
refused 'delete needs --yes when there is no terminal' delete org_1

# Groups, and what belongs to which list.
refused 'memberships needs a command' memberships
refused "no command 'memberships lst'; did you mean 'memberships list'" memberships lst
refused "unexpected argument 'membership'; did you mean 'memberships'" membership list
refused "no command 'memberships export'" memberships export
refused "unexpected argument 'more'" memberships list org_1 more
refused "unexpected argument '--rol'; did you mean '--role'" memberships list org_1 --rol x
refused 'USER is required' memberships get org_1
refused '--role is required' memberships create org_1 user_1
refused 'ORGANIZATION excludes --user|--user excludes ORGANIZATION' memberships list org_1 --user user_1
refused '--role requires ORGANIZATION' memberships list --role org:admin
refused '--user excludes --order-by|--order-by excludes --user' memberships list --user user_1 --order-by created_at
refused '--user: is empty' memberships list --user ''
refused '--limit: ' memberships list --limit 501
refused '--order-by: ' memberships list org_1 --order-by age
refused '--email-address requires ORGANIZATION' invitations list --email-address a@b.c
refused 'ORGANIZATION excludes --query|--query excludes ORGANIZATION' invitations list org_1 --query a
refused '--order-by: ' invitations list --order-by age
refused '--expires-in-days: ' invitations create org_1 --email-address a@b.c --role r --expires-in-days 366
refused '--notify: ' invitations create org_1 --email-address a@b.c --role r --notify maybe
refused '--email-address: ' invitations create org_1 --email-address '' --role r
refused 'memberships merge-metadata needs --public-metadata or --private-metadata' memberships merge-metadata org_1 user_1
for command in 'memberships list acme' 'memberships get acme user_1' 'memberships create acme user_1 --role r' \
    'memberships update acme user_1 --role r' 'memberships delete acme user_1 --yes' 'invitations list acme' \
    'invitations get acme orginv_1' 'invitations bulk acme /dev/null' 'invitations revoke acme orginv_1 --yes'; do
    # shellcheck disable=SC2086 # several arguments
    refused "ORGANIZATION: 'acme' is no organization id \(org_...\); 'clerk-orgs get acme' tells the id" $command
done
for id in '' . ..; do
    refused 'USER: ' memberships get org_1 "$id"
    refused 'INVITATION: ' invitations get org_1 "$id"
done
refused 'memberships delete needs --yes when there is no terminal' memberships delete org_1 user_1
refused 'invitations revoke needs --yes when there is no terminal' invitations revoke org_1 orginv_1

# What is exported, and of which organizations.
refused "WHAT: 'members' is none of organizations, memberships and invitations" export members
refused 'needs --organization ID or --of-all' export memberships
refused 'needs --organization ID or --of-all' export invitations
refused '--of-all: is for export memberships and export invitations' export --of-all
refused '--organization: is for export memberships' export organizations --organization org_1
refused "--organization: 'acme' is no organization id" export memberships --organization acme
refused '--of-all: cannot be combined with --organization' export memberships --of-all --organization org_1
refused '--query: cannot be combined with --organization' export memberships --organization org_1 --query a
refused '--order-by: is for the export of organizations' export memberships --of-all --order-by name
refused '--status: is for export invitations' export memberships --of-all --status pending
refused '--role: is for export memberships' export invitations --of-all --role org:admin
refused '--role: is for export memberships' export --role org:admin
refused '--max-items: cannot be combined with --of-all and --resume' export memberships --of-all --max-items 5 --out "$work/x" --resume "$work/y"
refused "--fields: there is no field 'organization.nmae'; did you mean 'organization.name'" export memberships --of-all --fields organization.nmae
refused "--fields: there is no field 'slug'" export invitations --of-all --fields slug
refused '--no-private-metadata: --fields names organization.private_metadata' export memberships --of-all --fields organization.private_metadata --no-private-metadata

refused '--output: ' list --output xml
refused '--http-info: cannot be combined with --output table' --http-info list --output table
refused "--fields: there is no field 'nmae'; did you mean 'name'\?" export --fields id,nmae
refused "--fields: there is no field ''" export --fields ''
refused "--fields: 'id' is named twice" export --fields id,name,id
refused '--no-private-metadata: --fields names private_metadata' export --fields private_metadata --no-private-metadata
refused '--csv-raw: needs --format csv' export --csv-raw
refused "SHELL: 'tcsh' is none of" completion tcsh
refused "no command 'exprot'; did you mean 'export'" manual exprot

# Refusals of the library before sending, with the names of the command line.
refused '--limit: ' list --limit 0
refused '--limit: ' list --limit 501
refused '--offset: ' list --offset -1
refused '--order-by: ' list --order-by age
refused 'ID: ' get ''
refused 'ID: ' get ..
refused '--name: ' create --name ''
refused '--name: ' create --name '' --dry-run
base_url=http://127.0.0.1 refused '--base-url: ' list
base_url=https://user@127.0.0.1 refused '--base-url: ' list
refused '--api-version: ' --api-version $'2026\r\nX: 1' list
refused "FILE '$work/none': .*No such file" upload-logo org_1 "$work/none"
printf 'no image' >"$work/text.png"
refused "FILE '$work/text.png': " upload-logo org_1 "$work/text.png"
ca_file=$work/none refused '--ca-file: ' list
ca_file=$work/text.png refused '--ca-file: ' list
status=0
CLERK_CA_FILE=$work/none tool --base-url "$base_url" list >"$work/out" 2>"$work/err" || status=$?
expect_failure 2 'CLERK_CA_FILE: '
status=0
CLERK_BASE_URL=ftp://x tool list >"$work/out" 2>"$work/err" || status=$?
expect_failure 2 'CLERK_BASE_URL: '

refused 'METHOD: must be GET' api get /organizations
refused 'PATH: must begin with /' api GET organizations
refused 'PATH: must begin with /' api GET https://example.com/v1
refused 'PATH: must not have a relative segment' api GET /organizations/../users
refused 'PATH: must have neither a query' api GET '/organizations?limit=1'
refused 'PATH: must not contain a control character' api GET $'/organizations\r\nX: y'
refused '--query: .limit. is not name=value' api GET /organizations --query limit
refused '--query: .=1. is not name=value' api GET /organizations --query =1
refused '--data: must be empty: a GET has none' api GET /organizations --data '{}'
refused '--data: is empty' api POST /organizations --data ''
refused "--data: cannot read '$work/none'" api POST /organizations --data "@$work/none"
refused 'PATH is required' api GET

# Files with byte order marks and blank lines, and invalid files.
printf '{\n  "plan": "pro",\n  oops\n}\n' >"$work/meta.json"
refused "--public-metadata: '$work/meta.json' is not valid JSON: .*, line 3, column 3" create --name A --public-metadata "@$work/meta.json"
refused "--public-metadata: is not valid JSON: .*, line 1, column 7" create --name A --public-metadata '{"a": x}'
refused "--public-metadata: '$work/open.json' is not valid JSON: .*, at its end" create --name A --public-metadata "@$(printf '{"a":1' >"$work/open.json" && echo "$work/open.json")"
printf '\xff\xfe{\0}\0' >"$work/wide.json"
refused "'$work/wide.json' is UTF-16; save it as UTF-8" create --name A --public-metadata "@$work/wide.json"
refused 'standard input is read by --public-metadata already' create --name A --public-metadata @- --private-metadata @- <<<'{}'

# The key.
refused 'the key is never|a key is never' --secret-key "$key" list
refused 'a key is never' get "$key"
if grep -q "$key" "$work/err"; then fail "the key is repeated"; fi
printf 'sk_test_a\rb\n' >"$work/secret"
refused 'has several lines' --secret-key-file "$work/secret" list
printf '\n \n' >"$work/secret"
refused 'is empty' --secret-key-file "$work/secret" list
refused 'is empty' --secret-key-file /dev/null list
refused "cannot read '$work/none'" --secret-key-file "$work/none" list
key=pk_test_abc refused 'CLERK_SECRET_KEY holds a publishable key' list
key='"sk_test_abc"' refused 'CLERK_SECRET_KEY holds a key in quotes' list
key="'sk_test_abc'" refused 'CLERK_SECRET_KEY holds a key in quotes' list
key='Bearer sk_test_abc' refused 'leave out Bearer' list
printf 'CLERK_SECRET_KEY=sk_test_abc\n' >"$work/secret"
refused "'$work/secret' holds an assignment" --secret-key-file "$work/secret" list
if grep -q 'sk_test_abc' "$work/err"; then fail "the key is repeated"; fi
key=
refused 'no secret key; set CLERK_SECRET_KEY or use --secret-key-file' list

# Messages show arguments in printable form.
refused 'unexpected argument .\\x1b\[31m\\xff\\x9b' list $'\e[31m\xff\u009b'

[ "$(tool --help | grep -c 'Exit status:')" -eq 1 ] || fail "no exit statuses in --help"
[[ $(tool export --help) == *--prefetch* ]] || fail "no --prefetch in export --help"
[[ $(tool --version) =~ ^clerk-orgs\ [0-9.]+$ ]] || fail "no version"
((failures == 0)) || fail "$failures refusals are missing or different"

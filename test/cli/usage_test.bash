# Mistakes in the command line: status 2, one line that names the option, nothing sent.
. "$(dirname "$0")/harness.bash"

base_url=https://127.0.0.1:9/v1 # nobody listens: whatever is sent would end with status 4
ca_file=$work/ca.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test \
    -keyout "$work/key.pem" -out "$ca_file" 2>/dev/null

# refused PATTERN ARGUMENT…
refused() {
    local pattern=$1
    shift
    orgs "$@"
    expect_failure 2 "$pattern"
    expect_no_out
}

refused 'a command is required'
refused "no command 'nope'" nope
refused "unexpected argument '--nope'" --nope list
refused "unexpected argument 'more'" list more
refused 'see --help' get
refused '--name is required' create
refused "unexpected argument '--nmae'" create --nmae A
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
    tool "$option=" list >"$work/out" 2>"$work/err" || status=$? # the command is no value
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
    refused '--private: ' merge-metadata org_1 --private "$json"
done
refused '--public: ' replace-metadata org_1 --public '[]'
refused "--public: cannot read '$work/none'" merge-metadata org_1 --public "@$work/none"

# What the library refuses before it sends.
refused 'limit' list --limit 0
refused 'limit' list --limit 501
refused 'offset' list --offset -1
refused 'order_by' list --order-by age
refused 'id_or_slug' get ''
refused 'id_or_slug' get ..
refused 'organization_id' delete .
refused 'name' create --name ''
base_url=http://127.0.0.1 refused 'base_url' list
base_url=https://user@127.0.0.1 refused 'base_url' list
refused 'api_version' --api-version $'2026\r\nX: 1' list
refused 'file: .*No such file' upload-logo org_1 "$work/none"
printf 'no image' >"$work/text.png"
refused 'file' upload-logo org_1 "$work/text.png"
ca_file=$work/none refused 'ca_file' list
ca_file=$work/text.png refused 'ca_file' list

# The key.
refused 'the key is never|a key is never' --secret-key "$key" list
refused 'a key is never' get "$key"
if grep -q "$key" "$work/err"; then fail "the key is repeated"; fi
printf 'sk_test_a\rb\n' >"$work/secret"
refused 'secret_key' --secret-key-file "$work/secret" list
refused 'is empty' --secret-key-file /dev/null list
refused "cannot read '$work/none'" --secret-key-file "$work/none" list
key=
refused 'no secret key; set CLERK_SECRET_KEY or use --secret-key-file' list

# Arguments come back printable.
refused 'unexpected argument .\\x1b\[31m\\xff\\x9b' list $'\e[31m\xff\u009b'

[ "$(tool --help | grep -c 'Exit status: 0 success')" -eq 1 ] || fail "no exit statuses in --help"
tool export --help | grep -q -- --prefetch || fail "no --prefetch in export --help"
tool --version | grep -qE '^clerk-orgs [0-9.]+$' || fail "no version"

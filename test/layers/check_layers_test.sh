#!/bin/sh
# Tests that scripts/check_layers reports violations. usage: check_layers_test.sh CHECK_LAYERS
set -eu

check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

fail() {
    echo "check_layers_test: $1" >&2
    failures=$((failures + 1))
}

# A tree with one file of one line; the include is given without "#include".
plant() {
    rm -rf "$tree/src" "$tree/include"
    mkdir -p "$(dirname "$tree/$1")"
    printf '#pragma once\n#include %s\n' "$2" >"$tree/$1"
}

accepts() {
    plant "$1" "$2"
    output=$("$check" "$tree" 2>&1) || fail "refused $2 in $1: $output"
}

# refuses FILE INCLUDE TEXT: the check fails, and its line names the file, the line and the reason.
refuses() {
    plant "$1" "$2"
    if output=$("$check" "$tree" 2>&1); then
        fail "accepted $2 in $1"
    else
        case $output in
            "$1:2: "*"$3"*) ;;
            *) fail "$2 in $1 gave an unclear line: $output" ;;
        esac
    fi
}

accepts src/base/a.cpp '"base/b.hpp"'
accepts src/base/a.cpp '<clerk/error.hpp>'
accepts src/base/cleanse.cpp '<openssl/crypto.h>'
accepts src/base/digest.cpp '<openssl/crypto.h>'
accepts src/http/a.cpp '"base/b.hpp"'
accepts src/http/response_parser.hpp '<boost/beast/http/basic_parser.hpp>'
accepts src/http/response_parser.cpp '<boost/asio/buffer.hpp>'
accepts src/transport/a.cpp '<boost/asio/ssl/stream.hpp>'
accepts src/transport/a.cpp '<openssl/ssl.h>'
accepts src/client/a.cpp '"transport/pool.hpp"'
accepts src/api/things/a.cpp '"client/client_core.hpp"'
accepts src/testing/a.cpp '"http/request.hpp"'
accepts src/testing/a.cpp '<boost/beast/http.hpp>'
accepts src/testing/a.cpp '<clerk/testing/emulator.hpp>'
accepts include/clerk/a.hpp '<boost/json/object.hpp>'
accepts include/clerk/a.hpp '<vector>'

# Includes of higher layers.
refuses src/base/a.cpp '"http/b.hpp"' 'base must not include http'
refuses src/http/a.cpp '  "transport/b.hpp"' 'http must not include transport'
refuses src/transport/a.cpp '"client/b.hpp"' 'transport must not include client'
refuses src/client/a.cpp '"api/things/b.hpp"' 'client must not include api'
accepts src/api/things/a.cpp '"api/codec/decoder.hpp"'
accepts src/api/things/a.cpp '"api/things/b.hpp"'
accepts src/api/things/a.cpp '"api/other/other_descriptions.hpp"'
refuses src/api/things/a.cpp '"api/other/b.hpp"' 'a resource may include only the descriptions of another resource'
accepts src/api/codec/a.cpp '"client/client_core.hpp"'
refuses src/api/codec/a.cpp '"api/things/b.hpp"' 'what all resources share must not include one of them'
refuses src/api/a.cpp '"api/things/b.hpp"' 'what all resources share must not include one of them'
refuses src/client/a.cpp '"api/b.hpp"' 'client must not include api'
refuses src/api/things/a.cpp '"testing/b.hpp"' 'api must not include testing'
refuses src/testing/a.cpp '"api/things/b.hpp"' 'testing must not include api'
refuses src/testing/a.cpp '"transport/b.hpp"' 'testing must not include transport'
refuses src/base/a.cpp '"b.hpp"' 'does not begin with a layer'
refuses src/base/a.cpp '"../net/b.hpp"' 'does not begin with a layer'
# Heavy and impure headers.
refuses src/client/a.cpp '<boost/beast/http.hpp>' 'Beast belongs to'
refuses src/http/a.cpp '<boost/beast/http.hpp>' 'Beast belongs to'
refuses src/client/a.cpp '<boost/asio/ssl.hpp>' 'TLS belongs to'
refuses src/base/a.cpp '<openssl/evp.h>' 'TLS belongs to'
refuses src/base/cleanse.cpp '<openssl/ssl.h>' 'TLS belongs to'
refuses src/base/a.cpp '<boost/asio/buffer.hpp>' 'does no I/O'
refuses src/http/a.cpp '<boost/asio/awaitable.hpp>' 'does no I/O'
refuses src/transport/a.cpp '<unistd.h>' 'not portable'
refuses src/transport/a.cpp '<boost/asio/steady_timer.hpp>' 'base::Clock'
refuses src/testing/a.cpp '<sys/socket.h>' 'not portable'
# A header that says Pure, and its .cpp.
refuses_pure() {
    rm -rf "$tree/src" "$tree/include"
    mkdir -p "$tree/src/client"
    printf '// What is decided. Pure.\n#pragma once\n' >"$tree/src/client/a.hpp"
    printf '#include "client/a.hpp"\n%s\n' "$1" >"$tree/src/client/a.cpp"
    case $("$check" "$tree" 2>&1) in
        "src/client/a.cpp:2: a pure file "*) ;;
        *) fail "accepted $1 in a pure file" ;;
    esac
}
refuses_pure '#include <boost/asio/post.hpp>'
refuses_pure '#include <random>'
refuses_pure '#include <iostream>'
refuses_pure '#include "base/clock.hpp"'
refuses_pure '#include "client/b.hpp"'
refuses_pure 'auto now = base::Clock::now();'
accepts src/client/a.cpp '<random>'
# Public headers.
refuses include/clerk/a.hpp '"base/b.hpp"' 'public header must not include'
refuses include/clerk/a.hpp '<boost/beast/core.hpp>' 'Beast belongs to'
refuses include/clerk/testing/a.hpp '<boost/beast/core.hpp>' 'Beast belongs to'
refuses include/clerk/testing/a.hpp '<openssl/ssl.h>' 'TLS belongs to'
refuses include/clerk/a.hpp '<clerk/testing/emulator.hpp>' 'only the testing library'
refuses include/clerk/a.hpp '<CLI/CLI.hpp>' 'must not depend on'
# Unknown input is refused.
refuses src/base/a.cpp 'HEADER' 'through a macro'
refuses src/base/a.cpp '"util/b.hpp"' 'does not begin with a layer'

plant src/util/a.cpp '<vector>'
if "$check" "$tree" >/dev/null 2>&1; then fail "accepted an unknown layer"; fi

rm -rf "$tree/src" "$tree/include"
if "$check" "$tree" >/dev/null 2>&1; then fail "accepted an empty tree"; fi

# One invalid file among valid ones is found.
plant src/transport/bad.cpp '"client/b.hpp"'
mkdir -p "$tree/src/base"
printf '#include <string>\n' >"$tree/src/base/good.cpp"
if "$check" "$tree" >/dev/null 2>&1; then fail "missed a bad file among good ones"; fi

# One name for two files.
plant src/base/a.cpp '<vector>'
mkdir -p "$tree/tools"
printf '#include <vector>\n' >"$tree/tools/a.cpp"
if "$check" "$tree" >/dev/null 2>&1; then fail "accepted two files of one name"; fi

[ "$failures" -eq 0 ]

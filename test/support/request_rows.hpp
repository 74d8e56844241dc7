// Rows of a contract: the request of an operation with its parameters, and refused parameters.
#pragma once

#include "http/request.hpp"

#include <clerk/result.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace clerk::test {

using BuildRequest = std::function<Result<http::Request>()>;

struct RequestRow {
    std::string_view about;
    BuildRequest build;
    std::string_view line;    // "GET /organization_roles?limit=1"
    std::string_view body{};  // empty: none
    http::Idempotency idempotency{http::Idempotency::idempotent};
    http::RateLimit limit{};  // `requests` 0: none
};
inline std::ostream& operator<<(std::ostream& out, RequestRow const& row) { return out << row.about; }

struct RefusedRow {
    std::string_view about;
    BuildRequest build;
    std::string_view field;
};
inline std::ostream& operator<<(std::ostream& out, RefusedRow const& row) { return out << row.about; }

// `operation`: the beginning of the name of the row.
inline void check_request(RequestRow const& row) {
    Result<http::Request> const request = row.build();
    BOOST_TEST_REQUIRE(request.has_value(), to_string(request.error()));
    BOOST_TEST(std::string{to_string(request->method)} + ' ' + request->target == row.line);
    BOOST_TEST(request->operation == row.about.substr(0, row.about.find(':')));
    BOOST_TEST((request->idempotency == row.idempotency));
    BOOST_TEST(!request->keep_headers);
    BOOST_TEST(request->shareable == (row.about.starts_with("get_") && row.line.starts_with("GET")));
    BOOST_TEST_REQUIRE((request->content != nullptr) == !row.body.empty());
    if (request->content) BOOST_TEST(request->content->text == row.body);
    if (request->content) BOOST_TEST(request->content->type == "application/json");
    BOOST_TEST_REQUIRE((request->rate_limit != nullptr) == (row.limit.requests != 0));
    if (!request->rate_limit) return;
    BOOST_TEST(request->rate_limit->scope == row.limit.scope);
    BOOST_TEST(request->rate_limit->requests == row.limit.requests);
    BOOST_TEST(request->rate_limit->name == row.limit.name);
    BOOST_TEST(request->rate_limit->window.count() == row.limit.window.count());
}

inline void check_refused(RefusedRow const& row) {
    Result<http::Request> const request = row.build();
    BOOST_TEST_REQUIRE(request.has_error());
    Error const error = request.error();
    BOOST_TEST((error == errc::invalid_argument));
    BOOST_TEST(error.field() == row.field);
    BOOST_TEST(error.operation() == row.about.substr(0, row.about.find(':')));
    BOOST_TEST(!error.message().empty());
}

}  // namespace clerk::test

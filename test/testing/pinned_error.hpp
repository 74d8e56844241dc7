// One entry of an error answer with all its texts, to compare and to print.
#pragma once

#include "testing/service_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <ostream>
#include <string>

namespace clerk::testing {

struct PinnedError {
    unsigned status{};
    std::string code{};
    std::string message{};
    std::string long_message{};
    std::string meta{};  // compact JSON; empty: there is none

    friend bool operator==(PinnedError const&, PinnedError const&) = default;
    friend std::ostream& operator<<(std::ostream& out, PinnedError const& error) {
        return out << error.status << ' ' << error.code << " | " << error.message << " | " << error.long_message
                   << " | " << error.meta;
    }
};

// The `meta` of an error about a parameter.
inline std::string about_param(std::string const& name) { return R"({"param_name":")" + name + "\"}"; }

inline PinnedError pinned(unsigned status, boost::json::object const& entry) {
    auto const text = [&entry](char const* name) { return std::string{entry.at(name).as_string().c_str()}; };
    PinnedError error{status, text("code"), text("message"), text("long_message"), {}};
    if (auto const* const meta = entry.if_contains("meta")) error.meta = boost::json::serialize(*meta);
    return error;
}

// The first error of an answer.
inline PinnedError pinned(Reply const& reply) { return pinned(reply.status(), reply.error()); }

}  // namespace clerk::testing

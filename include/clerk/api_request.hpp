/// @file
/// A request to an endpoint of the service that has no call of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk {
/** @opengroup{client} */

/// What an operation is called in errors, records and metrics: a string literal of 1…64 characters of visible ASCII.
/// Another text does not compile, so the name outlives every call and there are only as many as the program has.
class OperationName {
public:
    /// `request`.
    constexpr OperationName() noexcept = default;
    /// Reads as assignment: `.operation = "list_domains"`.
    consteval OperationName(char const* literal) : text_{literal} {  // NOLINT(google-explicit-constructor)
        constexpr std::size_t longest = 64;
        if (text_.empty() || text_.size() > longest) throw "an operation's name has 1 to 64 characters";
        for (char const c : text_) {
            if (c <= ' ' || c > '~') throw "an operation's name consists of visible ASCII";
        }
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }  ///< The name.
    /// Whether none was given.
    [[nodiscard]] constexpr bool is_default() const noexcept { return text_ == default_text; }

private:
    static constexpr std::string_view default_text{"request"};

    std::string_view text_{default_text};
};

/// A parameter of a query, not encoded.
struct QueryParameter {
    std::string name{};   ///< Not empty. Repeat a name for a list: `user_id`, `user_id`.
    std::string value{};  ///< May be empty.
};

/// What `Client::request()` sends. Everything is plain text that the library encodes: nothing in it can reach a header,
/// another host or a path above the one that is written here.
struct ApiRequest {
    std::string method{};  ///< `GET`, `POST`, `PUT`, `PATCH` or `DELETE`; empty: `GET`.
    /// Below the base URL: `/organizations/org_1/domains`. It begins with `/`; no segment is empty, `.` or `..`; no
    /// query, fragment or control characters. It is not percent-encoded, but will be.
    std::string path{};
    std::vector<QueryParameter> query{};  ///< In this order. Path and query have at most 8 KiB when they are encoded.
    /// JSON, sent as it is and not looked into; at most 10 MiB. Empty: no body. GET has none.
    std::string body{};
    /// Whether sending it twice is the same as sending it once, so that a lost answer may be followed by another
    /// attempt. Empty: GET, PUT and DELETE are.
    std::optional<bool> idempotent{};
    /// Requests of one name are held back together after a 429, and the time that they take is estimated together.
    /// Without a name, those of the same method and path are held back together.
    OperationName operation{};
};

/** @} */
}  // namespace clerk

/// @file
/// A request to an endpoint for which the library has no function.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk {
/** @opengroup{client} */

/// What an operation is called in errors, records and metrics: a string literal of 1…64 characters of visible ASCII.
/// Other texts do not compile. A name therefore outlives every call, and the number of different names is fixed by the
/// program.
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

/// What `Client::request()` sends. Everything is plain text that the library encodes: nothing in it can change a
/// header, the host, or a part of the path above the one given here.
struct ApiRequest {
    std::string method{};  ///< `GET`, `POST`, `PUT`, `PATCH` or `DELETE`; empty: `GET`.
    /// Below the base URL: `/organizations/org_1/domains`. It begins with `/`; no segment is empty, `.` or `..`; no
    /// query, fragment or control characters. Write it unencoded: the library percent-encodes it.
    std::string path{};
    std::vector<QueryParameter> query{};  ///< Sent in this order. Encoded path and query: at most 8 KiB.
    /// JSON, sent unchanged and not validated; at most 10 MiB. Empty: no body. A GET must have none.
    std::string body{};
    /// Whether sending it twice has the same effect as sending it once, so that it may be retried after a lost answer.
    /// Empty: true for GET, PUT and DELETE, false for POST and PATCH.
    std::optional<bool> idempotent{};
    /// After a 429, all requests with this name are delayed together, and they share one estimate of how long they
    /// take. Without a name, requests with the same method and path are delayed together.
    OperationName operation{};
};

/** @} */
}  // namespace clerk

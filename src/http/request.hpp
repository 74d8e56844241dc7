// One API request before it meets a connection: everything but the origin's common headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace clerk::http {

enum class Method { get, post, put, patch, delete_ };

constexpr std::string_view to_string(Method method) noexcept {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::delete_:
            return "DELETE";
    }
    return "";
}

// Whether sending the request twice is the same as sending it once. Data on the request, used by the retry policy.
enum class Idempotency { idempotent, not_idempotent };

// A body too large for memory. Read from the start again for every attempt.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    // Starts over. False when the source cannot be read any more.
    virtual bool rewind() = 0;
    // Fills `out` and returns how much; 0 at the end or when the source fails or shrinks (then fewer than size() came).
    virtual std::size_t read(std::span<char> out) = 0;
};

struct Request {
    Method method{Method::get};
    Idempotency idempotency{Idempotency::idempotent};
    bool keep_headers{false};      // the caller wants the headers of a success too
    bool limited_write{false};     // one of the three writes that have a rate limit per organization
    std::string_view operation{};  // static name for errors: "get_organization"
    std::string target{};          // below the base path: "/organizations/org_1?include_members_count=true"
    std::string content_type{};    // empty: no body
    std::string body{};
    std::unique_ptr<BodyStream> stream{};  // instead of body
};

}  // namespace clerk::http

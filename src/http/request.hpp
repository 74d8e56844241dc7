// One API request: everything except the headers that all requests of a client share.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

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

// Whether sending the request twice has the same effect as sending it once.
enum class Idempotency { idempotent, not_idempotent };

// RFC 9110 section 9.2.2. Where the method does not determine it, the builder of the request does.
constexpr Idempotency idempotency_of(Method method) noexcept {
    bool const promised = method == Method::get || method == Method::put || method == Method::delete_;
    return promised ? Idempotency::idempotent : Idempotency::not_idempotent;
}

// A limit of the service for one or several operations, in addition to the limit of the key.
struct RateLimit {
    std::string scope{};                 // an id to which it applies; empty: all requests of the operation
    std::size_t requests{};              // in any window; 0: no limit, but a 429 blocks only the scope
    std::chrono::milliseconds window{};  // 0: the window of the key's limit
    std::string_view name{};  // static, of a limit that several operations share; empty: that of the operation
};

// `window` 0: the window of the key's limit.
inline std::unique_ptr<RateLimit> own_limit(std::string_view scope, std::size_t requests,
                                            std::chrono::milliseconds window = {}, std::string_view name = {}) {
    auto limit = std::make_unique<RateLimit>();
    limit->scope = scope;
    limit->requests = requests;
    limit->window = window;
    limit->name = name;
    return limit;
}

// A body that is written separately from the head. Read from the start again for every attempt.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    // Starts again from the beginning. False when the source cannot be read any more.
    virtual bool rewind() = 0;
    // Fills `out` and returns the number of bytes; 0 at the end, or when the source fails or shrinks (then fewer than
    // size() bytes were read).
    virtual std::size_t read(std::span<char> out) = 0;
    // Returns a view of the next `size` bytes and advances; empty when they are not contiguous in memory: then call
    // read().
    virtual std::string_view take_in_place(std::size_t size) {
        (void)size;
        return {};
    }
};

// Text in memory.
class TextStream final : public BodyStream {
public:
    explicit TextStream(std::string_view text) noexcept : text_{text}, rest_{text} {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return text_.size(); }
    bool rewind() override {
        rest_ = text_;
        return true;
    }
    std::size_t read(std::span<char> out) override { return take_in_place(out.size()).copy(out.data(), out.size()); }
    std::string_view take_in_place(std::size_t size) override {
        std::string_view const piece = rest_.substr(0, size);
        rest_.remove_prefix(piece.size());
        return piece;
    }

private:
    std::string_view text_;
    std::string_view rest_;
};

// The body of a request.
struct Content {
    std::string type{};  // of the media
    std::string text{};
    std::unique_ptr<BodyStream> stream{};  // instead of text

    // Copying a small body costs less than a separate TLS record and system call.
    static constexpr std::size_t largest_copied_text = 8 * 1024;
    // The text is copied after the head, and both are written together.
    [[nodiscard]] bool goes_with_head() const noexcept { return !stream && text.size() <= largest_copied_text; }
    [[nodiscard]] std::uint64_t size() const noexcept { return stream ? stream->size() : text.size(); }
};

inline std::unique_ptr<Content> text_content(std::string type, std::string text) {
    auto content = std::make_unique<Content>();
    content->type = std::move(type);
    content->text = std::move(text);
    return content;
}

// Everything that the call loop knows about a request; it never parses the path.
struct Request {
    Method method{Method::get};
    Idempotency idempotency{Idempotency::not_idempotent};
    bool keep_headers{false};        // the caller wants the headers of a success too
    bool shareable{false};           // simultaneous calls with an equal target may share one request
    bool accepts_no_content{false};  // a 204, which has no body, is a success
    std::string_view operation{};    // static name for errors: "get_organization"
    std::string_view route{};        // static, the path with names for ids: "/organizations/{organization_id}"
    std::string target{};            // below the base path: "/organizations/org_1?include_members_count=true"
    // Allocated separately, because a request is moved several times and a GET usually has none of them.
    std::unique_ptr<Content> content{};            // null: no body
    std::unique_ptr<RateLimit> rate_limit{};       // null: none but that of the key
    std::unique_ptr<std::string const> headers{};  // header lines of the caller; null: none
};

inline Request make_request(Method method, std::string_view operation, std::string target,
                            std::string_view route = {}) {
    Request request;
    request.method = method;
    request.idempotency = idempotency_of(method);
    request.operation = operation;
    request.route = route;
    request.target = std::move(target);
    return request;
}

}  // namespace clerk::http

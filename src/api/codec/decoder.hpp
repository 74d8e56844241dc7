// Decodes response bodies into the types of the API, item by item as they arrive, without a tree. Pure.
#pragma once

#include "http/body_sink.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace clerk::api {

// Decodes one response body into a T: a described type, a list of them, or a page.
//
// Unknown members and metadata are kept as compact JSON text. Of duplicate members the last one counts. What is wrong
// with a value fails the body, with its JSON path; within a page it fails only its item, which is then in `undecoded`.
template <class T>
class Decoder final : public http::BodySink {
public:
    // `max_depth` is how deep the value of a member may nest; `reserve` is how many items a page is expected to hold.
    explicit Decoder(std::size_t max_depth, std::size_t reserve = 0);
    ~Decoder() override;

    void reset() override;
    bool write(std::string_view piece) override;
    bool finish() override;
    [[nodiscard]] http::BodyFailure const& failure() const noexcept override;

    // The value, to be moved from. Precondition: finish() returned true.
    [[nodiscard]] T&& take() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;  // on the heap, so that the coroutine that owns this has a small frame
};

}  // namespace clerk::api

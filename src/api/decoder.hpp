// A response body straight into a public type.
#pragma once

#include <clerk/page.hpp>

#include "http/body_sink.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>

namespace clerk::api {

// The nesting of a whole body whose members may nest by `member_depth`: an object, or a page with its data and items.
template <class T>
struct BodyLevels : std::integral_constant<std::size_t, 1> {};
template <class T>
struct BodyLevels<Page<T>> : std::integral_constant<std::size_t, 3> {};
template <class T>
constexpr std::size_t body_depth(std::size_t member_depth) noexcept {
    return member_depth + BodyLevels<T>::value;
}

// Decodes one response body into a T: a described type, or a Page of one.
//
// Unknown members and metadata are kept as compact JSON text. Of duplicate members the last one counts. A member of the
// wrong type fails the body with its JSON path; within a page it fails only its item (Page::undecoded), and so
// do nesting too deep and strings that are not valid.
template <class T>
class Decoder final : public http::BodySink {
public:
    // `max_depth` counts nested objects and arrays; `reserve` is how many items a page is expected to hold.
    explicit Decoder(std::size_t max_depth, std::size_t reserve = 0);
    ~Decoder() override;

    void reset() override;
    bool write(std::string_view piece) override;
    bool finish() override;
    [[nodiscard]] http::BodyFailure const& failure() const noexcept override;

    // The value, to be moved from where it lies. Precondition: finish() returned true.
    [[nodiscard]] T&& take() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;  // apart, so that the coroutine that owns this has a small frame
};

}  // namespace clerk::api

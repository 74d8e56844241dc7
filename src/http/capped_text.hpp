// Keeps the beginning of a body that is not decoded while it arrives: error documents, and pages of proxies.
#pragma once

#include "http/body_sink.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace clerk::http {

class CappedText final : public BodySink {
public:
    explicit CappedText(std::size_t cap) noexcept : cap_{cap} {}

    void reset() override { text_.clear(); }
    bool write(std::string_view piece) override {
        text_.append(piece.substr(0, std::min(piece.size(), cap_ - text_.size())));
        return true;
    }
    bool finish() override { return true; }
    [[nodiscard]] BodyFailure const& failure() const noexcept override {
        static BodyFailure const never{};
        return never;
    }

    [[nodiscard]] std::string const& text() const noexcept { return text_; }
    [[nodiscard]] std::string take() noexcept { return std::move(text_); }

private:
    std::size_t cap_;
    std::string text_{};
};

}  // namespace clerk::http

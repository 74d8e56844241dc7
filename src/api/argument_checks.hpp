// Checks of the parameters of one call. The first refusal is kept. Pure.
#pragma once

#include <clerk/error.hpp>
#include <clerk/metadata.hpp>
#include <clerk/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::api {

class ArgumentChecks {
public:
    explicit ArgumentChecks(std::string_view operation) noexcept : operation_{operation} {}

    // One segment of a path: not empty, `.` or `..`, no NUL, of bounded length.
    void path_segment(std::string_view field, std::string_view value);
    // For lists in which a sign in front of an id includes or excludes it.
    void unsigned_id(std::string_view field, std::string_view value);
    void text(std::string_view field, std::string_view value);
    void required_text(std::string_view field, std::string_view value);
    void text_of_length(std::string_view field, std::string_view value, std::size_t most);
    void not_negative(std::string_view field, std::int64_t value);
    void in_range(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t most);
    void timestamp(std::string_view field, Timestamp value);
    // Values of a repeated parameter: none is empty.
    void list(std::string_view field, std::vector<std::string> const& values);
    // Nests no deeper than the decoders can read.
    void metadata(std::string_view field, Metadata const& value);
    void at_most(std::string_view field, std::size_t count, std::size_t limit);
    // Empty, or one of `names` with an optional sign.
    void order_by(std::string_view value, std::span<std::string_view const> names);

    void refuse(std::string_view field, std::string message, errc code = errc::invalid_argument,
                boost::system::error_code cause = {});

    [[nodiscard]] bool failed() const noexcept { return refusal_.has_value(); }
    // Precondition: failed().
    [[nodiscard]] Error const& error() const noexcept { return *refusal_; }

private:
    std::string_view operation_;
    std::optional<Error> refusal_{};
};

}  // namespace clerk::api

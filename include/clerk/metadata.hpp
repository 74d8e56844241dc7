/// @file
/// A JSON object, kept as validated text until its members are requested.
#pragma once

#include <clerk/export.hpp>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace clerk {
/** @opengroup{values} */
class Error;

/// Free-form JSON object (`public_metadata`, `private_metadata`, unknown response members, an error's `meta`).
///
/// The text is valid JSON from the moment it is constructed; only `object()` parses it, so a bulk export builds no
/// trees. There is deliberately no `operator<<`, so that private metadata does not get into a log by accident.
///
/// @code
/// request.public_metadata = boost::json::object{{"plan", "pro"}};
/// std::string plan(organization.public_metadata.object().at("plan").as_string());
/// @endcode
class CLERK_EXPORT Metadata {
public:
    /// The empty object `{}`.
    Metadata() noexcept = default;
    /// Serialises `object`. What JSON cannot express is replaced: bytes that are not UTF-8 by U+FFFD, NaN and
    /// infinities by null.
    Metadata(boost::json::object const& object);  // NOLINT(google-explicit-constructor): reads as assignment

    /// Takes JSON text. Errors: `errc::invalid_argument` when it is not exactly one JSON object (RFC 8259), or nests
    /// deeper than 64 levels.
    [[nodiscard]] static boost::system::result<Metadata, Error> parse(std::string_view json);
    /// Takes text that is known to be one compact, valid JSON object (the response decoder's output). Not checked.
    [[nodiscard]] static Metadata from_valid_text(std::string text) noexcept { return Metadata{std::move(text)}; }

    /// The JSON text, `{}` when empty.
    [[nodiscard]] std::string_view text() const noexcept {
        return text_.empty() ? std::string_view{"{}"} : std::string_view{text_};
    }
    /// The members, parsed; of duplicate keys the last counts. A number that no double can hold is infinite or zero.
    [[nodiscard]] boost::json::object object() const;
    /// Whether there are no members.
    [[nodiscard]] bool empty() const noexcept { return text_.empty() || text_ == "{}"; }

    /// Equal as JSON values: member order and white space do not matter.
    friend CLERK_EXPORT bool operator==(Metadata const& left, Metadata const& right);

private:
    explicit Metadata(std::string text) noexcept : text_{std::move(text)} {}

    std::string text_{};
};
/** @} */
}  // namespace clerk

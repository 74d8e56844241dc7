#include <clerk/headers.hpp>

#include "base/ascii.hpp"

#include <limits>
#include <stdexcept>

namespace clerk {

Headers::Field Headers::at(std::size_t index) const noexcept {
    Span const& span = spans_[index];
    std::string_view const text{text_};
    return {text.substr(span.name_begin, span.value_begin - span.name_begin),
            text.substr(span.value_begin, span.value_end - span.value_begin)};
}

std::string_view Headers::operator[](std::string_view name) const& noexcept {
    for (Field const field : *this) {
        if (base::equals_ignoring_case(field.name, name)) return field.value;
    }
    return {};
}

bool Headers::contains(std::string_view name) const noexcept {
    for (Field const field : *this) {
        if (base::equals_ignoring_case(field.name, name)) return true;
    }
    return false;
}

void Headers::append(std::string_view name, std::string_view value) {
    constexpr std::size_t typical_fields = 16;
    constexpr std::size_t typical_text = 512;
    name = base::trim(name);
    value = base::trim(value);
    if (name.size() + value.size() > std::numeric_limits<std::uint32_t>::max() - text_.size()) {
        throw std::length_error{"clerk::Headers: more than 4 GiB of header fields"};
    }
    if (spans_.capacity() == 0) {
        spans_.reserve(typical_fields);
        text_.reserve(typical_text);
    }
    auto const name_begin = static_cast<std::uint32_t>(text_.size());
    auto const value_begin = static_cast<std::uint32_t>(name_begin + name.size());
    auto const value_end = static_cast<std::uint32_t>(value_begin + value.size());
    spans_.push_back({name_begin, value_begin, value_end});
    text_.append(name).append(value);
}

void Headers::clear() noexcept {
    text_.clear();
    spans_.clear();
}

}  // namespace clerk

#include <clerk/secret.hpp>

#include "base/ascii.hpp"
#include "base/cleanse.hpp"

#include <cstdlib>
#include <utility>

namespace clerk {

Secret::Secret(Secret&& other) noexcept : text_{std::move(other.text_)} {
    // A move copies a short text, which then remains in the internal buffer of the other string.
    other.wipe();
}

Secret& Secret::operator=(Secret const& other) {
    if (this != &other) {
        wipe();
        text_ = other.text_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        text_ = std::move(other.text_);
        other.wipe();
    }
    return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
    // The whole capacity, not only the current length: a moved-from string has length 0 and its bytes still in place.
    text_.resize(text_.capacity());
    base::cleanse(text_.data(), text_.size());
    text_.clear();
}

Secret secret_key_from_env(char const* variable) {
    char const* const value = std::getenv(variable);
    return value == nullptr ? Secret{} : Secret{base::trim(value)};
}

}  // namespace clerk

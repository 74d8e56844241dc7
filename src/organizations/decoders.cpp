#include "organizations/decoders.hpp"

#include "organizations/decode_body.hpp"

#include <concepts>
#include <utility>

namespace clerk::organizations {

namespace {

template <class T>
DecodeTarget target_for(T& value) noexcept {
    DecodeTarget target;
    if constexpr (std::same_as<T, Organizations>) {
        target.page = &value;
    } else if constexpr (std::same_as<T, DeletedObject>) {
        target.deleted_object = &value;
    } else {
        target.organization = &value;
        if constexpr (std::same_as<T, OrganizationWithLogo>) target.logo_url = &value.logo_url;
    }
    return target;
}

}  // namespace

template <class T>
Decoder<T>::Decoder(std::size_t max_depth, std::size_t reserve)
    : parser_{std::make_unique<BodyParser>(target_for(value_), max_depth, reserve)} {}

template <class T>
Decoder<T>::~Decoder() = default;

template <class T>
void Decoder<T>::reset() {
    if (!std::exchange(used_, false)) return;
    value_ = T{};
    parser_->reset();
}

template <class T>
bool Decoder<T>::write(std::string_view piece) {
    used_ = true;
    return parser_->write(piece);
}

template <class T>
bool Decoder<T>::finish() {
    used_ = true;
    return parser_->finish();
}

template <class T>
http::BodyFailure const& Decoder<T>::failure() const noexcept {
    return parser_->failure();
}

template <class T>
T Decoder<T>::take() {
    return std::move(value_);
}

template class Decoder<Organization>;
template class Decoder<OrganizationWithLogo>;
template class Decoder<DeletedObject>;
template class Decoder<Organizations>;

}  // namespace clerk::organizations

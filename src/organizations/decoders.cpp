#include "organizations/decoders.hpp"

#include "organizations/decode_body.hpp"

#include <concepts>
#include <utility>

namespace clerk::api {

namespace {

using organizations::DecodeTarget;

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
struct Decoder<T>::State {
    State(std::size_t max_depth, std::size_t reserve) : parser{target_for(value), max_depth, reserve} {}

    T value{};
    organizations::BodyParser parser;
    bool used{};  // since it was made or reset
};

template <class T>
Decoder<T>::Decoder(std::size_t max_depth, std::size_t reserve) : state_{std::make_unique<State>(max_depth, reserve)} {}

template <class T>
Decoder<T>::~Decoder() = default;

template <class T>
void Decoder<T>::reset() {
    if (!std::exchange(state_->used, false)) return;
    state_->value = T{};
    state_->parser.reset();
}

template <class T>
bool Decoder<T>::write(std::string_view piece) {
    state_->used = true;
    return state_->parser.write(piece);
}

template <class T>
bool Decoder<T>::finish() {
    state_->used = true;
    return state_->parser.finish();
}

template <class T>
http::BodyFailure const& Decoder<T>::failure() const noexcept {
    return state_->parser.failure();
}

template <class T>
T&& Decoder<T>::take() noexcept {
    return std::move(state_->value);
}

template class Decoder<Organization>;
template class Decoder<OrganizationWithLogo>;
template class Decoder<DeletedObject>;
template class Decoder<Organizations>;

}  // namespace clerk::api

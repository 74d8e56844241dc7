// The members of Paginator<T>, for the source of each resource that instantiates it.
#pragma once

#include "api/pagination/walk.hpp"

#include <clerk/paginator.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace clerk {

template <class T>
Paginator<T>::Paginator(std::shared_ptr<api::Walk<T>> walk) noexcept : walk_{std::move(walk)} {}
template <class T>
Paginator<T>::Paginator(Paginator&&) noexcept = default;
template <class T>
Paginator<T>& Paginator<T>::operator=(Paginator&& other) noexcept {
    if (this != &other) {
        if (walk_) walk_->abandon();
        walk_ = std::move(other.walk_);
    }
    return *this;
}
template <class T>
Paginator<T>::~Paginator() {
    if (walk_) walk_->abandon();
}

template <class T>
bool Paginator<T>::done() const noexcept {
    return walk_->done();
}
template <class T>
boost::asio::awaitable<Result<Page<T>>> Paginator<T>::next_page() {
    return walk_->next_page(walk_);
}
template <class T>
boost::asio::awaitable<Result<std::optional<T>>> Paginator<T>::next() {
    return walk_->next(walk_);
}
template <class T>
std::int64_t Paginator<T>::position() const noexcept {
    return walk_->state().position;
}
template <class T>
std::int64_t Paginator<T>::delivered() const noexcept {
    return walk_->state().delivered;
}
template <class T>
std::int64_t Paginator<T>::undecoded() const noexcept {
    return walk_->state().undecoded;
}
template <class T>
std::optional<std::int64_t> Paginator<T>::total_count() const noexcept {
    return walk_->state().total;
}
template <class T>
WalkReport Paginator<T>::report() const {
    return walk_->report();
}
template <class T>
std::string Paginator<T>::checkpoint() const {
    return walk_->checkpoint();
}

namespace api {

template <class T>
[[nodiscard]] Paginator<T> paginate(std::shared_ptr<client::ClientCore> core, WalkSource source,
                                    PaginatorOptions options) {
    return Paginator<T>{std::make_shared<Walk<T>>(std::move(core), std::move(source), options)};
}

template <class T>
[[nodiscard]] Paginator<T> resume(std::shared_ptr<client::ClientCore> core, WalkSource source,
                                  std::string_view checkpoint, PaginatorOptions options) {
    auto walk = std::make_shared<Walk<T>>(std::move(core), std::move(source), options);
    walk->continue_from(checkpoint);
    return Paginator<T>{std::move(walk)};
}

}  // namespace api
}  // namespace clerk

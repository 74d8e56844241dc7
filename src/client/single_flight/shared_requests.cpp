#include "client/single_flight/shared_requests.hpp"

#include <utility>

namespace clerk::client {

SharedRequests::Request* SharedRequests::join(std::string_view key) {
    auto const found = open_.find(key);
    if (found == open_.end()) return nullptr;
    Request* const request = found->second;
    ++request->waiting_;
    ++gauges_.waiting;
    ++gauges_.joined;
    return request;
}

void SharedRequests::begin(Request& request, std::string key) {
    request.key_ = std::move(key);
    open_.insert_or_assign(request.key_, &request);
    request.waiting_ = 1;
    ++gauges_.waiting;
    ++gauges_.requests;
}

bool SharedRequests::leave(Request& request) noexcept {
    if (request.waiting_ == 0) return false;
    --gauges_.waiting;
    if (--request.waiting_ != 0) return false;
    close(request);
    return true;
}

void SharedRequests::finish(Request& request) noexcept {
    if (request.waiting_ == 0) return;
    gauges_.waiting -= std::exchange(request.waiting_, 0);
    close(request);
}

void SharedRequests::close(Request const& request) noexcept {
    --gauges_.requests;
    // After invalidate() another request may have the key.
    auto const found = open_.find(request.key_);
    if (found != open_.end() && found->second == &request) open_.erase(found);
}

}  // namespace clerk::client

#include "http/reuse.hpp"

namespace clerk::http {

bool reusable(ExchangeEnd const& end) noexcept {
    bool const finished = end.request_fully_sent && end.response_complete && !end.interrupted;
    bool const clean = !end.leftover_bytes && !end.peer_closed;
    return finished && clean && end.keep_alive && !end.expired;
}

}  // namespace clerk::http

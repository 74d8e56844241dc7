// The timer of all code that waits.
#pragma once

#include "base/clock.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

namespace clerk::transport {

using Timer = boost::asio::basic_waitable_timer<base::Clock>;

}  // namespace clerk::transport

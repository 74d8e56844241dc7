// The head of an answer, as the CDN in front of the service writes it.
#pragma once

#include "testing/service/service.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace clerk::testing {

// The Date header's value, renewed once a second.
class DateText {
public:
    [[nodiscard]] std::string const& at(Milliseconds unix);

private:
    std::int64_t second_{-1};
    std::string text_{};
};

// The reason phrase of a status, including those of the CDN; empty when the status has none.
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

// Replaces `head`.
void write_head(std::string& head, ServiceResponse const& response, std::size_t body_size, std::string_view date,
                std::string_view connection);

}  // namespace clerk::testing

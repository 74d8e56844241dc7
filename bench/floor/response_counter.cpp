#include "floor/response_counter.hpp"

#include <strings.h>

#include <charconv>
#include <system_error>

namespace clerk_bench {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view status_line_start = "HTTP/1.1 ";

template <class Number>
Number parse_number(std::string_view text) {
    Number value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw std::runtime_error{"not a number in a response"};
    return value;
}

// The value of the field if `line` is that field.
bool is_field(std::string_view line, std::string_view name, std::string_view& value) {
    if (line.size() <= name.size() || line[name.size()] != ':') return false;
    if (strncasecmp(line.data(), name.data(), name.size()) != 0) return false;
    value = line.substr(name.size() + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return true;
}

}  // namespace

void ResponseCounter::reset() noexcept {
    partial_head_.clear();
    body_left_ = 0;
    status_ = 0;
    keep_alive_ = true;
}

bool ResponseCounter::add(std::string_view bytes) {
    if (status_ == 0) {
        if (!partial_head_.empty()) bytes = partial_head_.append(bytes);
        auto const end = bytes.find(head_end);
        if (end == std::string_view::npos) {
            if (partial_head_.empty()) partial_head_ = bytes;
            return false;
        }
        read_head(bytes.substr(0, end + line_end.size()));
        bytes.remove_prefix(end + head_end.size());
    }
    if (bytes.size() > body_left_) throw std::runtime_error{"more bytes than Content-Length says"};
    body_left_ -= bytes.size();
    return body_left_ == 0;
}

void ResponseCounter::read_head(std::string_view head) {
    if (!head.starts_with(status_line_start) || head.size() < status_line_start.size() + 3) {
        throw std::runtime_error{"not an HTTP/1.1 response"};
    }
    status_ = parse_number<int>(head.substr(status_line_start.size(), 3));
    bool has_length = false;
    for (head.remove_prefix(head.find(line_end) + line_end.size()); !head.empty();) {
        auto const end = head.find(line_end);
        std::string_view const line = head.substr(0, end);
        std::string_view value;
        if (is_field(line, "content-length", value)) {
            body_left_ = parse_number<std::uint64_t>(value);
            has_length = true;
        } else if (is_field(line, "connection", value)) {
            keep_alive_ = value != "close";
        }
        head.remove_prefix(end + line_end.size());
    }
    if (!has_length) throw std::runtime_error{"a response without Content-Length"};
}

}  // namespace clerk_bench

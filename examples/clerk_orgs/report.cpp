#include "report.hpp"

#include "output.hpp"

#include <cstdio>
#include <string>

namespace clerk_orgs {

int status_of(clerk::Error const& error) {
    using clerk::condition;
    using clerk::errc;
    if (error == condition::cancelled) return exit_status::interrupted;
    if (error == condition::size_limit) return exit_status::size_limit;
    if (error == condition::invalid_argument || error == errc::file_unreadable) return exit_status::usage;
    if (error == condition::timeout) return exit_status::timeout;
    if (error.code().category() == clerk::http_status_category()) return exit_status::api_error;  // also 6xx and above
    if (error == condition::decode || error == errc::unexpected_status || error == errc::unexpected_content ||
        error == errc::pagination_stalled) {
        return exit_status::decode;
    }
    return exit_status::transport;
}

void report(std::string_view message) {
    std::string line{"clerk-orgs: "};
    line.append(message).push_back('\n');
    std::fputs(line.c_str(), stderr);
}

void report_undecoded(clerk::UndecodedItem const& item, std::int64_t page_offset) {
    std::string line = "item " + std::to_string(page_offset + static_cast<std::int64_t>(item.index));
    constexpr std::size_t longest_id = 128;  // the line stays readable whatever the id is
    if (item.id.size() > longest_id) {
        line += " (" + item.id.substr(0, longest_id) + "...)";
    } else if (!item.id.empty()) {
        line += " (" + item.id + ")";
    }
    line += " could not be decoded: " + item.path + ": " + item.message;
    report(printable(line));
}

}  // namespace clerk_orgs

/// @file
/// Reports failures: one line on standard error, and an exit status.
#pragma once

#include <clerk.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace clerk_orgs {

/// The exit statuses that `--help` lists.
namespace exit_status {
inline constexpr int success = 0;
inline constexpr int output_failed = 1;
inline constexpr int usage = 2;
inline constexpr int api_error = 3;
inline constexpr int transport = 4;
inline constexpr int timeout = 5;
inline constexpr int decode = 6;
inline constexpr int size_limit = 7;
inline constexpr int interrupted = 130;
}  // namespace exit_status

/// Names of options by `Error::field()` of the library: `tls.ca_file` is `--ca-file`.
using OptionNames = std::map<std::string, std::string, std::less<>>;

/// One line that describes the error with the names of the command line.
std::string describe(clerk::Error const& error, OptionNames const& names);

/// The exit status for `error`.
int status_of(clerk::Error const& error);

/// `clerk-orgs: message`. The message must be printable already.
void report(std::string_view message);

/// Reports an item that could not be decoded, and the offset of its page.
void report_undecoded(clerk::UndecodedItem const& item, std::int64_t page_offset);

/// For `--verbose`: reports every call when it ends, without keys, ids or bodies.
std::shared_ptr<clerk::Observer> make_call_log();
/// For `--verbose`: reports the totals of the client.
void report_gauges(clerk::Client const& client);

}  // namespace clerk_orgs

/// @file
/// The progress of an export, for terminals and logs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace clerk_orgs {

/// The progress of an export.
struct ProgressState {
    std::int64_t items{};
    std::optional<std::int64_t> total{};
    std::chrono::steady_clock::duration elapsed{};
    std::int64_t earlier{};                 ///< Items of an earlier run; its time is not included.
    std::string_view item{"organization"};  ///< The name of one item.
};

/// `25%  5000/20000  2500/s  ETA 0:06`; without percent and time left when the total is not known.
std::string render_numbers(ProgressState const& state);
/// One line of less than `width` columns: bar, percent, items, items/s and the time left, as far as they fit.
std::string render_progress(ProgressState const& state, std::size_t width);
/// `20000 organizations in 2.5 s, 8000/s`.
std::string render_summary(ProgressState const& state);

enum class ProgressStyle {
    none,
    lines,  ///< A line every ten seconds and at the end: for logs, and terminals that cannot rewrite a line.
    bar,
};

/// The style for standard error. `term` and `ci` are the environment variables TERM and CI, null when they are not set.
ProgressStyle choose_progress(bool is_terminal, char const* term, char const* ci);
/// The time between two updates of a style.
std::chrono::milliseconds interval_of(ProgressStyle style);

/// Shows the progress of an export from time to time.
class Progress {
public:
    /// `item`: what one is called; it must outlive this. `earlier`: items of an earlier run.
    Progress(std::FILE* stream, ProgressStyle style, std::string_view item, std::int64_t earlier = 0);
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    ~Progress() { clear(); }

    void update(std::int64_t items, std::optional<std::int64_t> total);
    /// Removes the bar before other output to the same terminal.
    void clear();
    /// Shows the summary, in place of the bar.
    void finish();

private:
    std::FILE* stream_{};
    ProgressStyle style_{};
    ProgressState state_{};
    std::chrono::steady_clock::time_point started_{};
    std::chrono::steady_clock::time_point shown_at_{};
    std::size_t drawn_width_{};
};

}  // namespace clerk_orgs

/// @file
/// The progress bar of an export.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace clerk_orgs {

/// How far an export is.
struct ProgressState {
    std::int64_t items{};
    std::optional<std::int64_t> total{};
    std::chrono::steady_clock::duration elapsed{};
    std::int64_t earlier{};  ///< Items of an earlier run, which took none of the time.
};

/// One line of less than `width` columns: bar, percent, items, items/s and the time left, as far as they fit.
std::string render_progress(ProgressState const& state, std::size_t width);
/// `20000 organizations in 2.5 s, 8000/s`.
std::string render_summary(ProgressState const& state);

/// Draws on a terminal, at most ten times a second; silent when `stream` is none.
class Progress {
public:
    /// Draws on `stream` when that is a terminal and `wanted`. `earlier`: items of an earlier run.
    explicit Progress(std::FILE* stream, bool wanted = true, std::int64_t earlier = 0);
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    ~Progress() { clear(); }

    void update(std::int64_t items, std::optional<std::int64_t> total);
    /// Takes the bar away, before other output to the same terminal.
    void clear();
    /// Replaces the bar by the summary.
    void finish();

private:
    std::FILE* stream_{};
    bool enabled_{};
    ProgressState state_{};
    std::chrono::steady_clock::time_point started_{};
    std::optional<std::chrono::steady_clock::time_point> drawn_at_{};
    std::size_t drawn_width_{};
};

}  // namespace clerk_orgs

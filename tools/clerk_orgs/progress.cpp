#include "progress.hpp"

#include "terminal.hpp"

#include <algorithm>
#include <cmath>

namespace clerk_orgs {
namespace {

using Seconds = std::chrono::duration<double>;

std::int64_t rate(ProgressState const& state) {
    double const seconds = std::chrono::duration_cast<Seconds>(state.elapsed).count();
    return seconds > 0 ? std::llround(static_cast<double>(state.items - state.earlier) / seconds) : 0;
}

std::string two_digits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

/// 0:07, 12:34, 1:02:03.
std::string clock_text(std::int64_t seconds) {
    std::string const tail = two_digits(seconds % 60);
    if (seconds < 3600) return std::to_string(seconds / 60) + ":" + tail;
    return std::to_string(seconds / 3600) + ":" + two_digits(seconds / 60 % 60) + ":" + tail;
}

std::string bar(double share, std::size_t width) {
    auto const filled = static_cast<std::size_t>(share * static_cast<double>(width));
    return "[" + std::string(filled, '#') + std::string(width - filled, '-') + "] ";
}

}  // namespace

std::string render_progress(ProgressState const& state, std::size_t width) {
    constexpr std::size_t widest_bar = 40;
    constexpr std::size_t narrowest_bar = 8;
    std::size_t const room = width > 0 ? width - 1 : 0;  // the last column stays free: some terminals wrap there
    std::int64_t const per_second = rate(state);
    std::string line = std::to_string(state.items);
    bool const known_total = state.total && *state.total > 0;
    if (known_total) line += "/" + std::to_string(*state.total);
    line += "  " + std::to_string(per_second) + "/s";
    if (known_total) {
        // The total is of the last page and can shrink below what has arrived.
        double const share = std::clamp(static_cast<double>(state.items) / static_cast<double>(*state.total), 0.0, 1.0);
        line.insert(0, std::to_string(static_cast<int>(share * 100)) + "%  ");
        if (per_second > 0) {
            std::int64_t const left = std::max<std::int64_t>(*state.total - state.items, 0);
            line += "  ETA " + clock_text((left + per_second - 1) / per_second);
        }
        std::size_t const frame = line.size() + 3;
        if (room >= frame + narrowest_bar) line.insert(0, bar(share, std::min(room - frame, widest_bar)));
    }
    return line.substr(0, room);
}

std::string render_summary(ProgressState const& state) {
    double const seconds = std::chrono::duration_cast<Seconds>(state.elapsed).count();
    std::string const tenths = std::to_string(std::llround(seconds * 10));
    std::string const whole = tenths.size() > 1 ? tenths.substr(0, tenths.size() - 1) : "0";
    return std::to_string(state.items) + (state.items == 1 ? " organization in " : " organizations in ") + whole + "." +
           tenths.back() + " s, " + std::to_string(rate(state)) + "/s";
}

Progress::Progress(std::FILE* stream, bool wanted, std::int64_t earlier)
    : stream_{stream},
      enabled_{wanted && is_terminal(stream)},
      state_{.items = earlier, .earlier = earlier},
      started_{std::chrono::steady_clock::now()} {}

void Progress::update(std::int64_t items, std::optional<std::int64_t> total) {
    constexpr std::chrono::milliseconds interval{100};
    auto const now = std::chrono::steady_clock::now();
    state_ = {items, total, now - started_, state_.earlier};
    if (!enabled_ || (drawn_at_ && now - *drawn_at_ < interval)) return;
    drawn_at_ = now;
    std::string line = render_progress(state_, terminal_width(stream_));
    std::size_t const width = line.size();
    if (width < drawn_width_) line.append(drawn_width_ - width, ' ');  // blanks work on every terminal
    drawn_width_ = width;
    line.insert(0, "\r");
    std::fputs(line.c_str(), stream_);
    std::fflush(stream_);
}

void Progress::clear() {
    if (drawn_width_ == 0) return;
    std::string const line = "\r" + std::string(drawn_width_, ' ') + "\r";
    drawn_width_ = 0;
    std::fputs(line.c_str(), stream_);
    std::fflush(stream_);
}

void Progress::finish() {
    if (!enabled_) return;
    clear();
    std::fputs((render_summary(state_) + "\n").c_str(), stream_);
}

}  // namespace clerk_orgs

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

bool has_total(ProgressState const& state) { return state.total && *state.total > 0; }

/// The total is that of the last page and can be less than the number of items that have arrived.
double share(ProgressState const& state) {
    return std::clamp(static_cast<double>(state.items) / static_cast<double>(*state.total), 0.0, 1.0);
}

std::string bar(double share, std::size_t width) {
    auto const filled = static_cast<std::size_t>(share * static_cast<double>(width));
    return "[" + std::string(filled, '#') + std::string(width - filled, '-') + "] ";
}

}  // namespace

std::string render_numbers(ProgressState const& state) {
    std::int64_t const per_second = rate(state);
    std::string const items = std::to_string(state.items);
    std::string const speed = "  " + std::to_string(per_second) + "/s";
    if (!has_total(state)) return items + speed;
    std::string line = std::to_string(static_cast<int>(share(state) * 100)) + "%  " + items + "/" +
                       std::to_string(*state.total) + speed;
    if (per_second > 0) {
        std::int64_t const left = std::max<std::int64_t>(*state.total - state.items, 0);
        line += "  ETA " + clock_text((left + per_second - 1) / per_second);
    }
    return line;
}

std::string render_progress(ProgressState const& state, std::size_t width) {
    constexpr std::size_t widest_bar = 40;
    constexpr std::size_t narrowest_bar = 8;
    std::size_t const room = width > 0 ? width - 1 : 0;  // the last column stays free: some terminals wrap there
    std::string line = render_numbers(state);
    std::size_t const frame = line.size() + 3;
    if (has_total(state) && room >= frame + narrowest_bar) {
        line.insert(0, bar(share(state), std::min(room - frame, widest_bar)));
    }
    return line.substr(0, room);
}

std::string render_summary(ProgressState const& state) {
    double const seconds = std::chrono::duration_cast<Seconds>(state.elapsed).count();
    std::string const tenths = std::to_string(std::llround(seconds * 10));
    std::string const whole = tenths.size() > 1 ? tenths.substr(0, tenths.size() - 1) : "0";
    std::string const item{state.item};
    return std::to_string(state.items) + " " + item + (state.items == 1 ? " in " : "s in ") + whole + "." +
           tenths.back() + " s, " + std::to_string(rate(state)) + "/s";
}

ProgressStyle choose_progress(bool is_terminal, char const* term, char const* ci) {
    bool const is_ci = ci != nullptr && *ci != '\0' && std::string_view{ci} != "false";
    if (is_ci) return ProgressStyle::lines;
    if (!is_terminal) return ProgressStyle::none;
    bool const is_dumb = term == nullptr || *term == '\0' || std::string_view{term} == "dumb";
    return is_dumb ? ProgressStyle::lines : ProgressStyle::bar;
}

std::chrono::milliseconds interval_of(ProgressStyle style) {
    return style == ProgressStyle::bar ? std::chrono::milliseconds{100} : std::chrono::seconds{10};
}

Progress::Progress(std::FILE* stream, ProgressStyle style, std::string_view item, std::int64_t earlier)
    : stream_{stream},
      style_{style},
      state_{.items = earlier, .earlier = earlier, .item = item},
      started_{std::chrono::steady_clock::now()},
      // The bar appears at once, the first line after some progress.
      shown_at_{style == ProgressStyle::bar ? started_ - interval_of(style) : started_} {}

void Progress::update(std::int64_t items, std::optional<std::int64_t> total) {
    auto const now = std::chrono::steady_clock::now();
    state_.items = items;
    state_.total = total;
    state_.elapsed = now - started_;
    if (style_ == ProgressStyle::none || now - shown_at_ < interval_of(style_)) return;
    shown_at_ = now;
    if (style_ == ProgressStyle::lines) {
        std::fputs(("clerk-orgs: " + render_numbers(state_) + "\n").c_str(), stream_);
    } else {
        std::string line = render_progress(state_, terminal_width(stream_));
        std::size_t const width = line.size();
        line.insert(0, "\r").append(drawn_width_ > width ? drawn_width_ - width : 0, ' ');
        std::fputs(line.c_str(), stream_);
        drawn_width_ = width;
    }
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
    if (style_ == ProgressStyle::none) return;
    clear();
    std::fputs((render_summary(state_) + "\n").c_str(), stream_);
}

}  // namespace clerk_orgs

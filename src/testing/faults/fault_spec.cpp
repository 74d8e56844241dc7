#include "testing/faults/fault_spec.hpp"

#include "testing/service/resources.hpp"
#include "testing/service/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string>
#include <system_error>

namespace clerk::testing {
namespace {

enum class Value : std::uint8_t { none, latency, status, code, bytes, pause, needed_pause };

struct Kind {
    std::string_view name;
    FaultPhase phase;
    FaultAction action;
    Value value;
};

constexpr std::array<Kind, 26> kinds{{
    {"latency", FaultPhase::none, FaultAction::none, Value::latency},
    {"close-on-connect", FaultPhase::connect, FaultAction::cut, Value::none},
    {"rst-on-connect", FaultPhase::connect, FaultAction::reset, Value::none},
    {"hang-on-connect", FaultPhase::connect, FaultAction::hang, Value::none},
    {"status", FaultPhase::before_effect, FaultAction::answer, Value::status},
    {"error", FaultPhase::before_effect, FaultAction::answer, Value::code},
    {"locked", FaultPhase::before_effect, FaultAction::answer, Value::none},
    {"close-before-effect", FaultPhase::before_effect, FaultAction::close, Value::none},
    {"cut-before-effect", FaultPhase::before_effect, FaultAction::cut, Value::none},
    {"rst-before-effect", FaultPhase::before_effect, FaultAction::reset, Value::none},
    {"hang-before-effect", FaultPhase::before_effect, FaultAction::hang, Value::none},
    {"status-after-effect", FaultPhase::after_effect, FaultAction::answer, Value::status},
    {"close-after-effect", FaultPhase::after_effect, FaultAction::close, Value::none},
    {"cut-after-effect", FaultPhase::after_effect, FaultAction::cut, Value::none},
    {"rst-after-effect", FaultPhase::after_effect, FaultAction::reset, Value::none},
    {"hang-after-effect", FaultPhase::after_effect, FaultAction::hang, Value::none},
    {"garbage", FaultPhase::after_effect, FaultAction::garble, Value::none},
    {"close-mid-answer", FaultPhase::mid_answer, FaultAction::close, Value::bytes},
    {"cut-mid-answer", FaultPhase::mid_answer, FaultAction::cut, Value::bytes},
    {"rst-mid-answer", FaultPhase::mid_answer, FaultAction::reset, Value::bytes},
    {"hang-mid-answer", FaultPhase::mid_answer, FaultAction::hang, Value::bytes},
    {"truncated-tls", FaultPhase::mid_answer, FaultAction::cut_record, Value::none},
    {"drip", FaultPhase::mid_answer, FaultAction::drip, Value::needed_pause},
    {"stale", FaultPhase::after_answer, FaultAction::close, Value::pause},
    {"stale-rst", FaultPhase::after_answer, FaultAction::reset, Value::pause},
    {"connection-close", FaultPhase::after_answer, FaultAction::announce, Value::none},
}};

constexpr std::uint64_t max_milliseconds = 3'600'000;
constexpr std::uint64_t max_retry_after = 31'536'000;  // seconds
constexpr std::uint64_t max_bytes = 1'000'000'000;
constexpr std::uint64_t max_count = 1'000'000'000'000;
constexpr unsigned locked_status = 409;

// What is wrong with a rule; the caller adds which rule it is.
class Problem : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blank = " \t\r\n";
    std::size_t const begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

// Removes the text before the first `separator`, and the separator, and returns that text.
std::string_view take(std::string_view& text, char separator) noexcept {
    std::size_t const end = std::min(text.find(separator), text.size());
    std::string_view const piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return piece;
}

std::uint64_t number(std::string_view name, std::string_view text, std::uint64_t lowest, std::uint64_t highest) {
    std::uint64_t value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < lowest || value > highest) {
        throw Problem{std::string{name} + " must be a whole number from " + std::to_string(lowest) + " to " +
                      std::to_string(highest) + ", not " + quoted(text)};
    }
    return value;
}

std::chrono::milliseconds milliseconds(std::string_view name, std::string_view text) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(number(name, text, 0, max_milliseconds))};
}

// "0.25" in billionths.
std::uint64_t probability(std::string_view text) {
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    std::string_view fraction = text;
    std::string_view const whole = take(fraction, '.');
    bool const dot_is_last = !text.empty() && text.back() == '.';
    bool good = (whole == "0" || whole == "1") && !dot_is_last && fraction.size() <= 9 &&
                std::all_of(fraction.begin(), fraction.end(), digit);
    std::uint64_t value = whole == "1" ? 1 : 0;
    for (std::size_t i = 0; good && i != 9; ++i) {
        value = value * 10 + (i < fraction.size() ? static_cast<std::uint64_t>(fraction[i] - '0') : 0);
    }
    good = good && value <= FaultRule::certain;
    if (!good) throw Problem{"p must be from 0 to 1 with at most 9 decimals, not " + quoted(text)};
    return value;
}

std::vector<std::string_view> operations(std::string_view text) {
    auto const names = operation_names();
    std::vector<std::string_view> chosen{};
    do {
        std::string_view const wanted = trimmed(take(text, ','));
        auto const found = std::find(names.begin(), names.end(), wanted);
        if (found == names.end()) {
            throw Problem{"on must name operations, not " + quoted(wanted) + "; they are " + listing(names)};
        }
        chosen.push_back(*found);
    } while (!text.empty());
    return chosen;
}

ApiRefusal const* published_refusal(std::string_view code) {
    auto const all = published_refusals();
    auto const found = std::find_if(all.begin(), all.end(), [&](ApiRefusal const& each) { return each.code == code; });
    if (found == all.end()) {
        throw Problem{"error must be a code of the service, not " + quoted(code) + "; they are " +
                      listing(all, &ApiRefusal::code)};
    }
    return &*found;
}

std::string_view example_of(Value value) noexcept {
    switch (value) {
        case Value::status:
            return "503";
        case Value::code:
            return "org_creation_limit_exceeded";
        default:
            return "20";
    }
}

void read_value(FaultRule& rule, Kind const& kind, std::optional<std::string_view> given) {
    if (kind.value == Value::none && given) throw Problem{std::string{kind.name} + " takes no value"};
    if (!given) {
        bool const is_optional = kind.value == Value::none || kind.value == Value::bytes || kind.value == Value::pause;
        if (is_optional) return;
        throw Problem{std::string{kind.name} + " needs a value, as in " + std::string{kind.name} + '=' +
                      std::string{example_of(kind.value)}};
    }
    std::string_view text = *given;
    switch (kind.value) {
        case Value::none:
            break;
        case Value::latency:
            if (std::size_t const dots = text.find(".."); dots != std::string_view::npos) {
                rule.min_latency = milliseconds(kind.name, trimmed(text.substr(0, dots)));
                rule.max_latency = milliseconds(kind.name, trimmed(text.substr(dots + 2)));
                if (rule.max_latency < rule.min_latency) throw Problem{"latency ends before it begins"};
            } else {
                rule.min_latency = rule.max_latency = milliseconds(kind.name, text);
            }
            break;
        case Value::status:
            rule.status = static_cast<unsigned>(number(kind.name, text, 400, 599));
            break;
        case Value::code:
            rule.refusal = published_refusal(text);
            rule.status = rule.refusal->status;
            break;
        case Value::bytes:
            rule.bytes = static_cast<std::size_t>(number(kind.name, text, 1, max_bytes));
            break;
        case Value::pause:
        case Value::needed_pause:
            rule.pause = milliseconds(kind.name, text);
            break;
    }
}

void read_modifier(FaultRule& rule, Kind const& kind, std::string_view name, std::string_view text) {
    if (name == "p") {
        rule.probability = probability(text);
    } else if (name == "after") {
        rule.after = number(name, text, 0, max_count);
    } else if (name == "every") {
        rule.every = number(name, text, 1, max_count);
    } else if (name == "burst") {
        rule.burst = number(name, text, 1, max_count);
    } else if (name == "count") {
        rule.count = number(name, text, 1, max_count);
    } else if (name == "on" && kind.phase != FaultPhase::connect) {
        rule.operations = operations(text);
    } else if (name == "retry-after" && kind.action == FaultAction::answer) {
        rule.retry_after = std::chrono::seconds{static_cast<std::int64_t>(number(name, text, 0, max_retry_after))};
    } else if (name == "piece" && kind.action == FaultAction::drip) {
        rule.bytes = static_cast<std::size_t>(number(name, text, 1, max_bytes));
    } else {
        throw Problem{std::string{kind.name} + " knows no " + quoted(name) +
                      "; there are p, after, every, burst, count" + (kind.phase != FaultPhase::connect ? ", on" : "") +
                      (kind.action == FaultAction::answer ? ", retry-after" : "") +
                      (kind.action == FaultAction::drip ? ", piece" : "")};
    }
}

struct Setting {
    std::string_view name{};
    std::optional<std::string_view> value{};
};

Setting read_setting(std::string_view text) noexcept {
    Setting setting{};
    bool const has_value = text.find('=') != std::string_view::npos;
    setting.name = trimmed(take(text, '='));
    if (has_value) setting.value = trimmed(text);
    return setting;
}

FaultRule read_rule(Setting const& head, std::string_view modifiers) {
    auto const kind = std::find_if(kinds.begin(), kinds.end(), [&](Kind const& k) { return k.name == head.name; });
    if (kind == kinds.end()) {
        throw Problem{"there is no fault " + quoted(head.name) + "; there are " + listing(kinds, &Kind::name) +
                      ", and seed"};
    }
    FaultRule rule{};
    rule.phase = kind->phase;
    rule.action = kind->action;
    if (kind->action == FaultAction::answer) rule.status = locked_status;
    if (kind->action == FaultAction::drip) rule.bytes = 1;
    read_value(rule, *kind, head.value);
    std::vector<std::string_view> seen{};
    while (!modifiers.empty()) {
        Setting const modifier = read_setting(take(modifiers, '@'));
        if (!modifier.value) throw Problem{"after a @ comes NAME=VALUE, not " + quoted(modifier.name)};
        if (std::find(seen.begin(), seen.end(), modifier.name) != seen.end()) {
            throw Problem{quoted(modifier.name) + " is given twice"};
        }
        seen.push_back(modifier.name);
        read_modifier(rule, *kind, modifier.name, *modifier.value);
    }
    return rule;
}

}  // namespace

FaultSpec parse_fault_spec(std::string_view text) {
    FaultSpec spec{};
    for (std::size_t entry = 1; !text.empty(); ++entry) {
        std::string_view const whole = trimmed(take(text, ';'));
        if (whole.empty()) continue;
        try {
            if (whole.back() == '@') throw Problem{"after a @ comes NAME=VALUE"};
            std::string_view modifiers = whole;
            Setting const head = read_setting(take(modifiers, '@'));
            if (head.name == "seed") {
                if (!modifiers.empty()) throw Problem{"seed takes nothing but a number"};
                spec.seed = number("seed", head.value.value_or(std::string_view{}), 0,
                                   std::numeric_limits<std::uint64_t>::max());
                continue;
            }
            spec.rules.push_back(read_rule(head, modifiers));
        } catch (Problem const& problem) {
            throw std::invalid_argument{"fault " + std::to_string(entry) + ", " + quoted(whole) + ": " +
                                        problem.what()};
        }
    }
    return spec;
}

}  // namespace clerk::testing

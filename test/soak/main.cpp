// clerk_soak: hundreds of thousands of calls against an emulator that fails in every way it can, with cancellations,
// deadlines and shutdowns at random times. Afterwards every organization must have the state that the results of the
// calls imply.
#include "soak/burst.hpp"
#include "soak/findings.hpp"
#include "soak/soak.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace clerk::soak {
namespace {

constexpr std::string_view usage =
    "usage: clerk_soak [--seconds N] [--seed N] [--threads N] [--workers N] [--finish drain|close|destroy|abandon]\n"
    "       clerk_soak --burst";

struct Settings {
    SoakOptions soak{};
    bool burst{};
};

std::uint64_t number(std::string_view name, std::string_view text, std::uint64_t highest) {
    std::uint64_t value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > highest) {
        throw std::invalid_argument{std::string{name} + " needs a whole number up to " + std::to_string(highest)};
    }
    return value;
}

std::chrono::seconds seconds(std::string_view name, std::string_view text) {
    constexpr std::uint64_t year = 31'536'000;
    return std::chrono::seconds{static_cast<std::int64_t>(number(name, text, year))};
}

Finish finish_called(std::string_view name) {
    for (std::size_t i = 0; i != finishes; ++i) {
        if (to_string(static_cast<Finish>(i)) == name) return static_cast<Finish>(i);
    }
    throw std::invalid_argument{std::string{usage}};
}

Settings read_settings(std::span<char*> arguments) {
    Settings settings{};
    SoakOptions& soak = settings.soak;
    soak.seed = std::random_device{}();
    if (char const* const text = std::getenv("CLERK_SOAK_SECONDS"); text != nullptr) {
        soak.length = seconds("CLERK_SOAK_SECONDS", text);
    }
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string_view const name = arguments[i];
        if (name == "--burst") {
            settings.burst = true;
            continue;
        }
        std::string_view const value = i + 1 < arguments.size() ? arguments[++i] : "";
        if (name == "--seconds") {
            soak.length = seconds(name, value);
        } else if (name == "--seed") {
            soak.seed = number(name, value, std::numeric_limits<std::uint64_t>::max());
        } else if (name == "--threads") {
            soak.threads = std::max<std::size_t>(1, number(name, value, 64));
        } else if (name == "--workers") {
            soak.workers = std::max<std::size_t>(1, number(name, value, 100'000));
        } else if (name == "--finish") {
            soak.finish = finish_called(value);
        } else {
            throw std::invalid_argument{std::string{usage}};
        }
    }
    return settings;
}

}  // namespace
}  // namespace clerk::soak

int main(int argc, char** argv) {
    using namespace clerk::soak;
    try {
        Settings const settings = read_settings({argv, static_cast<std::size_t>(argc)});
        Findings findings{};
        if (settings.burst) {
            burst(findings);
        } else {
            std::cout << "soak: seed " << settings.soak.seed << std::endl;
            std::cout << Soak{settings.soak, findings}.run() << std::endl;
        }
        if (findings.count() == 0) return 0;
        std::cerr << findings.count() << " findings";
        if (!settings.burst) std::cerr << "; seed " << settings.soak.seed;
        std::cerr << std::endl;
        return 1;
    } catch (std::exception const& problem) {
        std::cerr << "clerk_soak: " << problem.what() << std::endl;
        return 2;
    }
}

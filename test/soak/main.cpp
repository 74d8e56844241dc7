// clerk_soak: hundreds of thousands of calls against an emulator that fails in every way it can, with cancellations,
// deadlines and shutdowns at random times. Afterwards every organization must be what the results of the calls said.
#include "soak/burst.hpp"
#include "soak/findings.hpp"
#include "soak/ledger.hpp"
#include "soak/process.hpp"
#include "soak/round.hpp"
#include "soak/traffic.hpp"

#include <clerk.hpp>
#include <clerk/testing/emulator.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace clerk::soak {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Settings {
    std::uint64_t seconds{60};
    std::uint64_t seed{};
    std::uint64_t threads{1};
    std::uint64_t workers{256};
    std::optional<Finish> finish{};  // of every client; by turns when empty
    bool burst{};
};

std::uint64_t number(std::string_view name, std::string_view text) {
    std::uint64_t value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::invalid_argument{std::string{name} + " needs a whole number, not " + std::string{text}};
    }
    return value;
}

Finish finish_called(std::string_view name) {
    for (std::size_t i = 0; i != finishes; ++i) {
        if (to_string(static_cast<Finish>(i)) == name) return static_cast<Finish>(i);
    }
    throw std::invalid_argument{"--finish needs drain, close, destroy or abandon"};
}

Settings read_settings(std::span<char*> arguments) {
    Settings settings{};
    settings.seed = std::random_device{}();
    bool seconds_given = false;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        std::string_view const name = arguments[i];
        if (name == "--burst") {
            settings.burst = true;
            continue;
        }
        std::string_view const value = i + 1 < arguments.size() ? arguments[++i] : "";
        if (name == "--seconds") {
            settings.seconds = number(name, value);
            seconds_given = true;
        } else if (name == "--seed") {
            settings.seed = number(name, value);
        } else if (name == "--threads") {
            settings.threads = std::clamp<std::uint64_t>(number(name, value), 1, 64);
        } else if (name == "--finish") {
            settings.finish = finish_called(value);
        } else if (name == "--workers") {
            settings.workers = std::clamp<std::uint64_t>(number(name, value), 1, 100'000);
        } else {
            throw std::invalid_argument{
                "usage: clerk_soak [--seconds N] [--seed N] [--threads N] [--workers N] "
                "[--finish drain|close|destroy|abandon] | --burst"};
        }
    }
    char const* const seconds = std::getenv("CLERK_SOAK_SECONDS");
    if (seconds != nullptr && !seconds_given) settings.seconds = number("CLERK_SOAK_SECONDS", seconds);
    return settings;
}

template <class T>
T run(asio::io_context& io, asio::awaitable<T> task) {
    std::optional<T> result{};
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr const& thrown, T value) {
        if (thrown) std::rethrow_exception(thrown);
        result.emplace(std::move(value));
    });
    io.restart();
    io.run();
    return std::move(result.value());
}

// A client that meets no faults and no limits.
class Auditor {
public:
    explicit Auditor(testing::Emulator const& emulator) : client_{io_.get_executor(), config_for(emulator)} {}

    [[nodiscard]] std::vector<Organization> all() { return run(io_, walk()); }
    // Whether it was there.
    [[nodiscard]] bool remove(std::string const& id) { return run(io_, api_.delete_organization(id)).has_value(); }

private:
    static Config config_for(testing::Emulator const& emulator) {
        Config config{};
        config.secret_key = Secret{emulator.secret_key()};
        config.base_url = emulator.base_url();
        config.tls.ca_pem = emulator.ca_pem();
        return config;
    }
    asio::awaitable<std::vector<Organization>> walk() {
        std::vector<Organization> all{};
        ListOrganizationsRequest request{};
        request.order_by = "name";
        auto pages = api_.paginate(request);
        while (!pages.done()) {
            auto page = co_await pages.next_page();
            if (!page) throw Exception{page.error()};
            std::move(page->data.begin(), page->data.end(), std::back_inserter(all));
        }
        co_return all;
    }

    asio::io_context io_{1};
    Client client_;
    OrganizationsApi api_{client_};
};

// The server has read whatever a client that is gone has sent.
void await_quiet(testing::Emulator const& emulator) {
    for (int quiet = 0; quiet != 4;) {
        std::uint64_t const before = emulator.requests();
        std::this_thread::sleep_for(50ms);
        quiet = emulator.requests() == before ? quiet + 1 : 0;
    }
}

// Connections end on both sides a moment after a client is gone.
void check_files(std::size_t at_rest, Findings& findings) {
    auto const give_up = Clock::now() + 15s;
    std::optional<std::size_t> open{};
    while ((open = open_files()) && *open > at_rest && Clock::now() < give_up) std::this_thread::sleep_for(20ms);
    if (open && *open > at_rest) {
        findings.report(std::to_string(*open) + " files are open, not " + std::to_string(at_rest));
    }
}

// Flat but for what heaps are like: a first part of the run shows how much that is.
void check_memory(std::vector<std::size_t> const& sizes, Findings& findings) {
    constexpr std::size_t allowance = std::size_t{24} << 20U;
    if (sizes.size() < 6 || !memory_is_meaningful()) return;
    auto const middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::size_t const before = *std::max_element(sizes.begin(), middle);
    std::size_t const after = *std::max_element(middle, sizes.end());
    findings.expect(after <= before + allowance, "memory grew from " + std::to_string(before >> 10U) + " to " +
                                                     std::to_string(after >> 10U) + " KiB");
}

// A long run that met none of these would have proved nothing.
void check_variety(Tally const& tally, Verdict const& verdict, Findings& findings) {
    findings.expect(tally.succeeded > 0, "no call succeeded");
    findings.expect(tally.refused > 0, "no call was refused");
    findings.expect(tally.broken > 0, "no connection broke");
    findings.expect(tally.timed_out > 0, "no call timed out");
    findings.expect(tally.cancelled > 0, "no call was cancelled");
    findings.expect(tally.shut_down > 0, "no call met a closed client");
    findings.expect(verdict.unknown_and_there > 0 && verdict.unknown_and_not_there > 0,
                    "what became of uncertain calls was always the same");
}

std::string mebibytes(std::size_t bytes) {
    std::ostringstream text{};
    text << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / (1 << 20U) << " MiB";
    return text.str();
}

void soak(Settings const& settings, Findings& findings) {
    testing::EmulatorOptions emulator_options{};
    emulator_options.organizations = 300;
    testing::Emulator emulator{emulator_options};
    std::vector<Organization> const others = Auditor{emulator}.all();
    std::mt19937_64 random{settings.seed};
    Tally tally{};
    Verdict verdict{};
    std::uint64_t made = 0;
    std::optional<std::size_t> files_at_rest{};
    std::vector<std::size_t> memory{};

    auto const length = std::clamp<std::chrono::milliseconds>(1000ms * settings.seconds / 16, 500ms, 10'000ms);
    auto const begin = Clock::now();
    auto const end = begin + std::chrono::seconds{settings.seconds};
    std::size_t rounds = 0;
    for (; rounds < 2 || Clock::now() < end; ++rounds) {
        RoundOptions options{};
        options.seed = random();
        options.length = length;
        options.threads = settings.threads;
        options.workers = settings.workers;
        options.finish = settings.finish.value_or(static_cast<Finish>(rounds % finishes));
        options.prefix = "soak-" + std::to_string(rounds) + '-';
        {
            std::vector<Entry> const entries = run_round(options, emulator, others, tally, findings);
            emulator.set_faults("");
            await_quiet(emulator);
            Auditor auditor{emulator};
            std::vector<Organization> const all = auditor.all();
            Verdict const of_round = verify(entries, all, options.prefix, findings);
            verdict.unknown_and_there += of_round.unknown_and_there;
            verdict.unknown_and_not_there += of_round.unknown_and_not_there;
            made += entries.size();
            findings.expect(all.size() == emulator.organizations(), "the list is not complete");
            for (Organization const& organization : all) {
                if (!organization.name.starts_with("soak-")) continue;
                findings.expect(auditor.remove(organization.id), organization.id + " cannot be deleted");
            }
            findings.expect(auditor.all() == others, "what nobody changed has changed");
        }
        if (files_at_rest) {
            check_files(*files_at_rest, findings);
        } else {
            std::this_thread::sleep_for(4s);  // the emulator's connections of the first round end as well
            files_at_rest = open_files();
        }
        if (auto const size = resident_memory()) memory.push_back(*size);
        if (findings.count() > 100) break;
    }
    check_memory(memory, findings);
    if (settings.seconds >= 30) check_variety(tally, verdict, findings);

    auto const seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::cout << "soak: " << tally.completed() << " calls in " << std::fixed << std::setprecision(1) << seconds
              << " s, " << rounds << " clients, " << settings.workers << " workers, " << settings.threads
              << " threads; " << tally.succeeded << " succeeded, " << tally.refused << " refused, " << tally.broken
              << " broken, " << tally.timed_out << " timed out, " << tally.cancelled << " cancelled, "
              << tally.shut_down << " shut down, " << tally.held_back << " held back, "
              << tally.started - tally.completed() << " abandoned; " << tally.unknown << " calls of unknown effect; "
              << made << " organizations, " << verdict.unknown_and_there << " uncertain ones there, "
              << verdict.unknown_and_not_there << " not; " << emulator.faults_injected() << " faults, "
              << emulator.connections() << " connections";
    if (!memory.empty()) {
        std::cout << "; memory " << mebibytes(memory.front()) << " to " << mebibytes(memory.back()) << ", at most "
                  << mebibytes(*std::max_element(memory.begin(), memory.end()));
    }
    std::cout << std::endl;
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
            std::cout << "soak: seed " << settings.seed << std::endl;
            soak(settings, findings);
        }
        if (findings.count() == 0) return 0;
        std::cerr << findings.count() << " findings; seed " << settings.seed << std::endl;
        return 1;
    } catch (std::exception const& problem) {
        std::cerr << "clerk_soak: " << problem.what() << std::endl;
        return 2;
    }
}

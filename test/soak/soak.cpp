#include "soak/soak.hpp"

#include "soak/auditor.hpp"
#include "soak/process.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <thread>

namespace clerk::soak {

using namespace std::chrono_literals;

namespace {

testing::EmulatorOptions emulator_options() {
    testing::EmulatorOptions options{};
    options.organizations = 300;
    return options;
}

double mebibytes(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 20U); }

}  // namespace

Soak::Soak(SoakOptions const& options, Findings& findings)
    : options_{options}, findings_{findings}, random_{options.seed}, emulator_{emulator_options()} {}

std::string Soak::run() {
    others_ = Auditor{emulator_}.all();
    std::this_thread::sleep_for(4s);  // until both ends of that connection are closed
    files_at_rest_ = open_files();
    auto const begin = Clock::now();
    constexpr std::size_t too_many = 100;
    while ((rounds_ < finishes || Clock::now() - begin < options_.length) && findings_.count() < too_many) {
        run_round(rounds_++);
    }
    check_memory();
    if (options_.length >= 30s && !options_.finish) check_variety();
    return summary(Clock::now() - begin);
}

void Soak::run_round(std::size_t number) {
    constexpr int rounds = 16;  // within the available time, unless that is very short or long
    RoundOptions options{};
    options.seed = random_();
    options.length = std::clamp<std::chrono::milliseconds>(options_.length / rounds, 500ms, 10s);
    options.threads = options_.threads;
    options.workers = options_.workers;
    options.finish = options_.finish.value_or(static_cast<Finish>(number % finishes));
    options.prefix = "soak-" + std::to_string(number) + '-';
    {
        std::vector<Entry> const entries = soak::run_round(options, emulator_, others_, tally_, findings_);
        made_ += entries.size();
        emulator_.set_faults("");
        await_rest();
        Auditor auditor{emulator_};
        std::vector<Organization> const all = auditor.all();
        findings_.expect(all.size() == emulator_.organizations(), "the list is not complete");
        Verdict const verdict = verify(entries, all, options.prefix, findings_);
        verdict_.unknown_and_there += verdict.unknown_and_there;
        verdict_.unknown_and_not_there += verdict.unknown_and_not_there;
        auditor.remove_all(all, options.prefix);
        findings_.expect(auditor.all() == others_, "an organization that no call changes has changed");
    }
    if (auto const size = resident_memory()) memory_.push_back(*size);
}

void Soak::await_rest() {
    // The server closes its side of a connection shortly after the client was destroyed.
    auto const give_up = Clock::now() + 15s;
    std::optional<std::size_t> open{};
    while ((open = open_files()) && *open > *files_at_rest_ && Clock::now() < give_up) {
        std::this_thread::sleep_for(20ms);
    }
    if (open && *open > *files_at_rest_) {
        findings_.report(std::to_string(*open) + " files are open, not " + std::to_string(*files_at_rest_));
    }
    // On other systems: until the server has read what destroyed clients have sent.
    for (int quiet = 0; quiet != 2;) {
        std::uint64_t const before = emulator_.requests();
        std::this_thread::sleep_for(50ms);
        quiet = emulator_.requests() == before ? quiet + 1 : 0;
    }
}

// Constant except for heap fragmentation; the first half of the run shows how much that is.
void Soak::check_memory() {
    constexpr std::size_t allowance = std::size_t{24} << 20U;
    if (memory_.size() < 6 || !memory_is_meaningful()) return;
    auto const middle = memory_.begin() + static_cast<std::ptrdiff_t>(memory_.size() / 2);
    std::size_t const before = *std::max_element(memory_.begin(), middle);
    std::size_t const after = *std::max_element(middle, memory_.end());
    findings_.expect(after <= before + allowance, "memory grew from " + std::to_string(before >> 10U) + " to " +
                                                      std::to_string(after >> 10U) + " KiB");
}

// A long run without any of these would prove nothing.
void Soak::check_variety() {
    findings_.expect(tally_.succeeded > 0, "no call succeeded");
    findings_.expect(tally_.refused > 0, "no call was refused");
    findings_.expect(tally_.broken > 0, "no connection broke");
    findings_.expect(tally_.timed_out > 0, "no call timed out");
    findings_.expect(tally_.cancelled > 0, "no call was cancelled");
    findings_.expect(tally_.shut_down > 0, "no call met a closed client");
    findings_.expect(tally_.started > tally_.completed(), "no call was abandoned");
    findings_.expect(verdict_.unknown_and_there > 0 && verdict_.unknown_and_not_there > 0,
                     "what became of uncertain calls was always the same");
}

std::string Soak::summary(Clock::duration time) const {
    std::ostringstream out{};
    out << std::fixed << std::setprecision(1) << "soak: " << tally_.completed() << " calls in "
        << std::chrono::duration<double>(time).count() << " s, " << rounds_ << " clients, " << options_.workers
        << " workers, " << options_.threads << " threads; " << tally_.succeeded << " succeeded, " << tally_.refused
        << " refused, " << tally_.broken << " broken, " << tally_.timed_out << " timed out, " << tally_.cancelled
        << " cancelled, " << tally_.shut_down << " shut down, " << tally_.held_back << " held back, "
        << tally_.started - tally_.completed() << " abandoned; " << tally_.unknown << " of unknown effect; " << made_
        << " organizations, " << verdict_.unknown_and_there << " uncertain ones there, "
        << verdict_.unknown_and_not_there << " not; " << emulator_.faults_injected() << " faults, "
        << emulator_.connections() << " connections";
    if (!memory_.empty()) {
        out << "; memory " << mebibytes(memory_.front()) << " to " << mebibytes(memory_.back()) << " MiB, at most "
            << mebibytes(*std::max_element(memory_.begin(), memory_.end()));
    }
    return out.str();
}

}  // namespace clerk::soak

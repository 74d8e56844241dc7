#include "soak/traffic.hpp"

#include "testing/images.hpp"

#include <clerk/error.hpp>
#include <clerk/organizations_api.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <random>
#include <sstream>
#include <utility>

namespace clerk::soak {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Makes one call after another, on its own strand.
class Traffic::Worker : public std::enable_shared_from_this<Worker> {
public:
    using Strand = asio::strand<asio::io_context::executor_type>;

    Worker(Traffic& traffic, Strand strand, std::size_t number)
        : traffic_{traffic},
          strand_{strand},
          random_{traffic.options_.seed + number},
          prefix_{traffic.options_.prefix + std::to_string(number) + '-'} {}

    [[nodiscard]] Strand const& strand() const noexcept { return strand_; }
    [[nodiscard]] std::vector<Entry> const& entries() const noexcept { return entries_; }

    // The current call; empty without one.
    [[nodiscard]] std::string present_call() const {
        if (running_.empty()) return {};
        return std::string{running_} + (cancelled_ ? " (cancelled)" : cancellable_ ? " (cancellable)" : "");
    }

    asio::awaitable<void> run() {
        auto const self = this->shared_from_this();
        while (!traffic_.stopping_ && !shut_down_) {
            auto const api = traffic_.target_.api();
            if (!api) break;
            exhausted_ = false;
            co_await one_call(*api);
            if (exhausted_) co_await rest();
        }
    }

private:
    [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    [[nodiscard]] bool chance(std::uint64_t percent) { return below(100) < percent; }
    void report(std::string_view operation, Error const& error, std::string_view why) const {
        std::ostringstream text{};
        text << operation << ": " << why << ": " << error;
        traffic_.findings_.report(text.str());
    }

    // Sometimes a short deadline. No limit for attempts, because a request that is given up before the server has read
    // it could take effect after the next write.
    [[nodiscard]] CallOptions options() {
        CallOptions options{};
        if (chance(8)) options.timeout = std::chrono::milliseconds{1 + below(below(2) == 0 ? 10 : 100)};
        return options;
    }

    // Waits like a program whose client is busy.
    asio::awaitable<void> rest() {
        asio::steady_timer timer{strand_, std::chrono::milliseconds{20 + below(80)}};
        co_await timer.async_wait(asio::use_awaitable);
    }

    asio::awaitable<void> one_call(OrganizationsApi api) {
        std::size_t const roll = below(100);
        Entry* const mine = pick();
        if (roll < 12 || (mine == nullptr && roll < 60)) {
            co_await create(api);
        } else if (mine == nullptr || roll < 30) {
            co_await read_other(api);
        } else if (roll < 50) {
            co_await read(api, *mine);
        } else if (roll < 58) {
            co_await list(api);
        } else if (roll < 70) {
            co_await update(api, *mine);
        } else if (roll < 80) {
            co_await merge(api, *mine);
        } else if (roll < 86) {
            co_await replace(api, *mine);
        } else if (roll < 89) {
            co_await upload(api, *mine);
        } else if (roll < 90) {
            co_await walk(api);
        } else {
            co_await remove(api, *mine);
        }
    }

    // One that exists or, rarely, one whose existence is unknown.
    [[nodiscard]] Entry* pick() {
        if (live_.empty()) return nullptr;
        return &entries_[live_[below(live_.size())]];
    }
    void forget(Entry const& entry) { std::erase(live_, static_cast<std::size_t>(&entry - entries_.data())); }

    asio::awaitable<void> create(OrganizationsApi& api) {
        constexpr std::size_t most = 8;
        if (live_.size() >= most) co_return co_await remove(api, *pick());
        std::size_t const index = entries_.size();
        Entry& added = entries_.emplace_back();
        added.name = prefix_ + std::to_string(index);
        CreateOrganizationRequest request{};
        request.name = added.name;
        if (chance(50)) request.slug = added.name;
        auto const result = co_await call("create_organization", api.create_organization(request, options()));
        Entry& entry = entries_[index];
        if (result) {
            entry.id = result->id;
            entry.existence = Existence::yes;
            entry.check(*result, traffic_.findings_);
            live_.push_back(index);
        } else if (!result.error().may_have_taken_effect()) {
            entry.existence = Existence::no;
        }
    }

    asio::awaitable<void> remove(OrganizationsApi& api, Entry& entry) {
        bool const certain = entry.existence == Existence::yes;
        entry.existence = Existence::unknown;
        auto const result = co_await call("delete_organization", api.delete_organization(entry.id, options()));
        if (result) {
            if (!result->deleted || result->id != entry.id)
                traffic_.findings_.report("delete_organization: wrong answer");
            entry.existence = Existence::no;
        } else if (result.error() == condition::not_found) {
            if (certain && !result.error().may_have_taken_effect()) {
                report("delete_organization", result.error(), "there was one");
            }
            entry.existence = Existence::no;
        } else if (certain && !result.error().may_have_taken_effect()) {
            entry.existence = Existence::yes;
        }
        if (entry.existence == Existence::no) forget(entry);
    }

    // An answer that something does not exist must be right.
    template <class T>
    void check_found(std::string_view operation, Entry const& entry, Result<T> const& result) const {
        if (!result && result.error() == condition::not_found && entry.existence == Existence::yes) {
            report(operation, result.error(), entry.name + " was there");
        }
    }

    asio::awaitable<void> read(OrganizationsApi& api, Entry& entry) {
        auto const result = co_await call("get_organization", api.get_organization(entry.id, {}, options()));
        if (result) entry.check(*result, traffic_.findings_);
        check_found("get_organization", entry, result);
    }

    asio::awaitable<void> read_other(OrganizationsApi& api) {
        auto const& others = traffic_.options_.others;
        Organization const& other = others[below(others.size())];
        auto const result = co_await call("get_organization", api.get_organization(other.id, {}, options()));
        if (result ? *result != other : result.error() == condition::not_found) {
            traffic_.findings_.report("get_organization: " + other.id + " has changed");
        }
    }

    asio::awaitable<void> update(OrganizationsApi& api, Entry& entry) {
        std::int64_t const number = entry.memberships.next();
        UpdateOrganizationRequest request{};
        request.max_allowed_memberships = number;
        auto const result = co_await call("update_organization", api.update_organization(entry.id, request, options()));
        settle("update_organization", entry, entry.memberships, number, result);
    }

    asio::awaitable<void> merge(OrganizationsApi& api, Entry& entry) {
        std::int64_t const number = entry.version.next();
        boost::json::object metadata{};
        metadata["version"] = number;
        MergeOrganizationMetadataRequest request{};
        request.public_metadata = Metadata{metadata};
        auto const result =
            co_await call("merge_organization_metadata", api.merge_organization_metadata(entry.id, request, options()));
        settle("merge_organization_metadata", entry, entry.version, number, result);
    }

    asio::awaitable<void> replace(OrganizationsApi& api, Entry& entry) {
        std::int64_t const number = entry.version.next();
        boost::json::object metadata{};
        metadata["version"] = number;
        metadata["filling"] = std::string(below(300), 'x');
        ReplaceOrganizationMetadataRequest request{};
        request.public_metadata = Metadata{metadata};
        auto const result = co_await call("replace_organization_metadata",
                                          api.replace_organization_metadata(entry.id, request, options()));
        settle("replace_organization_metadata", entry, entry.version, number, result);
    }

    void settle(std::string_view operation, Entry const& entry, Counter& counter, std::int64_t number,
                Result<Organization> const& result) const {
        if (result) {
            counter.settle(number, true);
            entry.check(*result, traffic_.findings_);
        } else if (!result.error().may_have_taken_effect()) {
            counter.settle(number, false);
        }
        check_found(operation, entry, result);
    }

    asio::awaitable<void> upload(OrganizationsApi& api, Entry& entry) {
        UploadOrganizationLogoRequest request{};
        std::string image = testing::tiny_png();
        image.append(below(50'000), 'x');
        request.file = LogoFile::from_memory(std::move(image), "logo.png");
        auto const result =
            co_await call("upload_organization_logo", api.upload_organization_logo(entry.id, request, options()));
        if (result) entry.check(*result, traffic_.findings_);
        check_found("upload_organization_logo", entry, result);
    }

    asio::awaitable<void> list(OrganizationsApi& api) {
        ListOrganizationsRequest request{};
        request.limit = static_cast<std::int64_t>(1 + below(20));
        request.offset = static_cast<std::int64_t>(below(200));
        auto const result = co_await call("list_organizations", api.list_organizations(request, options()));
        if (!result) co_return;
        if (!result->undecoded.empty() || result->data.empty() ||
            result->data.size() > static_cast<std::size_t>(*request.limit)) {
            traffic_.findings_.report("list_organizations: wrong answer");
        }
    }

    // Reads a few pages with others in flight, and abandons the rest.
    asio::awaitable<void> walk(OrganizationsApi& api) {
        ListOrganizationsRequest request{};
        request.order_by = "name";
        PaginatorOptions walk_options{};
        walk_options.page_size = 20;
        walk_options.prefetch = below(4);
        auto pages = api.paginate(request, walk_options);
        for (std::uint64_t left = 1 + below(4); left != 0 && !pages.done(); --left) {
            auto const page = co_await call("list_organizations", pages.next_page());
            if (page && page->size() > 20) traffic_.findings_.report("next_page: wrong answer");
        }
    }

    // Waits for `task`, which may be cancelled meanwhile, and evaluates how it ended.
    template <class T>
    asio::awaitable<Result<T>> call(std::string_view operation, asio::awaitable<Result<T>> task) {
        ++traffic_.tally_.started;
        running_ = operation;
        cancelled_ = cancellable_ = false;
        Result<T> result = Error{errc::cancelled, "not started"};
        if (chance(12)) {
            cancellable_ = true;
            result = co_await asio::co_spawn(strand_, cancellable(std::move(task)),
                                             asio::bind_cancellation_slot(signal_.slot(), asio::use_awaitable));
            ++calls_;  // so that a late cancellation does not hit the next call
        } else {
            result = co_await std::move(task);
        }
        running_ = {};
        if (result) {
            ++traffic_.tally_.succeeded;
        } else {
            count(operation, result.error());
        }
        co_return result;
    }

    template <class T>
    asio::awaitable<Result<T>> cancellable(asio::awaitable<Result<T>> task) {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation{});
        constexpr std::array types{asio::cancellation_type::terminal, asio::cancellation_type::partial,
                                   asio::cancellation_type::total};
        asio::steady_timer timer{strand_, std::chrono::microseconds{below(chance(50) ? 500 : 30'000)}};
        timer.async_wait([self = this->shared_from_this(), type = types[below(types.size())],
                          call = calls_](boost::system::error_code error) {
            if (error || call != self->calls_) return;
            self->cancelled_ = true;
            self->signal_.emit(type);
        });
        co_return co_await std::move(task);
    }

    // Counts a failure; a failure without a cause in the test is a finding.
    void count(std::string_view operation, Error const& error) {
        Tally& tally = traffic_.tally_;
        if (error.may_have_taken_effect()) {
            ++tally.unknown;
            if (operation.starts_with("get_") || operation.starts_with("list_")) {
                report(operation, error, "a read has no effect");
            }
        }
        if (error == errc::client_closed) {
            ++tally.shut_down;
            shut_down_ = true;
            if (!traffic_.target_.closing()) report(operation, error, "the client is open");
        } else if (error == errc::cancelled) {
            ++tally.cancelled;
            if (!cancelled_) report(operation, error, "it was not cancelled");
        } else if (error == condition::timeout) {
            ++tally.timed_out;
        } else if (error == errc::pool_exhausted || error == errc::rate_limited) {
            ++tally.held_back;
            exhausted_ = true;
            if (error == errc::pool_exhausted && traffic_.options_.max_waiters >= traffic_.options_.workers * 5) {
                report(operation, error, "not so many calls");
            }
        } else if (error == condition::transport || error == errc::malformed_response) {
            ++tally.broken;
            if (error == errc::certificate_rejected || error == errc::resolve_failed || error == errc::proxy_failed) {
                report(operation, error, "nothing of the kind was done");
            }
        } else {
            ++tally.refused;
            bool const expected = error == condition::not_found || error.status() == 408 || error.status() == 409 ||
                                  error.status() == 429 || error.status() >= 500;
            if (!expected) report(operation, error, "unexpected");
        }
    }

    Traffic& traffic_;
    Strand strand_;
    asio::cancellation_signal signal_{};
    std::uint64_t calls_{};
    std::string_view running_{};  // operation
    bool cancellable_{};
    bool cancelled_{};
    bool shut_down_{};
    bool exhausted_{};
    std::mt19937_64 random_;
    std::string prefix_;
    std::vector<Entry> entries_{};
    std::vector<std::size_t> live_{};  // of entries_: those that exist or may exist and have an id
};

Traffic::Traffic(TrafficOptions options, Target& target, Tally& tally, Findings& findings)
    : options_{std::move(options)}, target_{target}, tally_{tally}, findings_{findings} {}

Traffic::~Traffic() = default;

void Traffic::start(asio::io_context& io) {
    for (std::size_t number = 0; number != options_.workers; ++number) {
        auto const worker = std::make_shared<Worker>(*this, asio::make_strand(io), number);
        workers_.push_back(worker);
        asio::co_spawn(worker->strand(), worker->run(), [this](std::exception_ptr const& thrown) {
            ++ended_;
            try {
                if (thrown) std::rethrow_exception(thrown);
            } catch (std::exception const& problem) {
                findings_.report(std::string{"a worker ended with "} + problem.what());
            }
        });
    }
}

std::string Traffic::present_calls() const {
    std::string all{};
    for (auto const& worker : workers_) {
        if (std::string const call = worker->present_call(); !call.empty()) (all += all.empty() ? "" : ", ") += call;
    }
    return all;
}

void Traffic::release() { workers_.clear(); }

std::vector<Entry> Traffic::entries() const {
    std::vector<Entry> all{};
    for (auto const& worker : workers_) {
        all.insert(all.end(), worker->entries().begin(), worker->entries().end());
    }
    return all;
}

}  // namespace clerk::soak

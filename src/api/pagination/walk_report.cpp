#include <clerk/paginator.hpp>

#include "api/codec/encode.hpp"

namespace clerk {

std::string to_json(WalkReport const& report) {
    std::string out;
    api::JsonObjectWriter object{out};
    auto const total = [&object](std::string_view name, std::optional<std::int64_t> const& value) {
        if (value) {
            object.member(name, *value);
        } else {
            object.null(name);
        }
    };
    object.member("delivered", report.delivered);
    object.member("undecoded", report.undecoded);
    object.member("duplicates_dropped", report.duplicates_dropped);
    object.member("drift_events", report.drift_events);
    object.member("refetches", report.refetches);
    total("first_total", report.first_total);
    total("last_total", report.last_total);
    object.member("requests", report.requests);
    object.member("retries", report.retries);
    object.member("elapsed_ms", std::int64_t{report.elapsed.count()});
    object.member("complete", report.complete);
    object.member("doubt", report.doubt);
    object.end();
    return out;
}

}  // namespace clerk

// Writes the members of one JSON object into a string.
#pragma once

#include <clerk/metadata.hpp>
#include <clerk/organization.hpp>

#include "base/json_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace clerk::api {

class JsonObjectWriter {
public:
    explicit JsonObjectWriter(std::string& out) : out_{out} { out_ += '{'; }
    JsonObjectWriter(JsonObjectWriter const&) = delete;
    JsonObjectWriter& operator=(JsonObjectWriter const&) = delete;

    // Member names are literals of this library, so they are never escaped.
    void member(std::string_view name, std::string_view value) { base::append_json_string(begin(name), value); }
    void member(std::string_view name, char const*) = delete;
    void member(std::string_view name, std::string const& value) { member(name, std::string_view{value}); }
    void member(std::string_view name, std::int64_t value) { base::append_integer(begin(name), value); }
    void member(std::string_view name, bool value) { begin(name) += value ? "true" : "false"; }
    void member(std::string_view name, Metadata const& value) { begin(name) += value.text(); }
    void member(std::string_view name, Timestamp value) {
        member(name, std::int64_t{value.time_since_epoch().count()});
    }
    void null(std::string_view name) { begin(name) += "null"; }

    // The members of another object.
    void members_of(Metadata const& object) {
        if (object.empty()) return;
        std::string_view text = object.text();
        text.remove_prefix(1);
        text.remove_suffix(1);
        separate();
        out_ += text;
    }

    // For a value that is written by other means.
    std::string& begin(std::string_view name) {
        separate();
        out_ += '"';
        out_ += name;
        out_ += "\":";
        return out_;
    }

    void end() { out_ += '}'; }

private:
    void separate() {
        if (!first_) out_ += ',';
        first_ = false;
    }

    std::string& out_;
    bool first_{true};
};

}  // namespace clerk::api

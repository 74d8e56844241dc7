// The definition of Decoder<T>, for the one translation unit of each resource that instantiates it. Pure.
#pragma once

#include "api/codec/decoder.hpp"
#include "api/codec/splitter.hpp"
#include "api/codec/tolerant_reader.hpp"
#include "api/codec/usual_reader.hpp"

#include <clerk/page.hpp>

#include <optional>
#include <string>
#include <utility>

namespace clerk::api {

// Gives the values of a body to the usual reader, and those that it declines to the tolerant one.
template <class T>
struct Decoder<T>::State {
    State(std::size_t depth, std::size_t reserved)
        : max_depth{depth}, reserve{reserved}, splitter{is_page<T>}, tolerant{depth} {}

    // A page has at most 500 items. A few bytes of JSON make an item of some hundred bytes, so far more than that are
    // an attack on memory, not a page.
    static constexpr std::size_t max_items = 100'000;

    bool write(std::string_view piece) {
        for (bool good = !failed; good;) {
            switch (splitter.advance(piece)) {
                case Splitter::Step::needs_more:
                    return true;
                case Splitter::Step::list_begins:
                    good = begin_list();
                    break;
                case Splitter::Step::begins:
                    if (std::size_t const length = read_start(piece); length != 0) splitter.take(piece, length);
                    break;
                case Splitter::Step::item:
                    good = read_item();
                    break;
                case Splitter::Step::root:
                    good = read_root();
                    break;
                case Splitter::Step::broken:
                    good = refuse(splitter.failure());
                    break;
            }
        }
        return false;
    }

    bool finish() {
        if (failed || splitter.is_complete()) return !failed;
        if (splitter.finish() == Splitter::Step::root) return read_root();
        // What nests too deeply may never end.
        bool const is_too_deep = !splitter.value().empty() && !read_root() && failure.code == errc::json_too_deep;
        return is_too_deep ? false : refuse(splitter.failure());
    }

    bool refuse(http::BodyFailure why) {
        failed = true;
        failure = std::move(why);
        return false;
    }

    // Reads the value at the beginning of `text`. Its length; 0 when nothing was read.
    std::size_t read_start(std::string_view text) {
        if constexpr (is_page<T>) {
            if (index == max_items) return 0;
            std::size_t const length = read_usual(text, max_depth, value.data.emplace_back());
            length != 0 ? (void)++index : value.data.pop_back();
            return length;
        } else {
            std::size_t const length = read_usual(text, max_depth, value);
            if (length == 0) value = T{};
            return length;
        }
    }

    bool begin_list() {
        if constexpr (is_page<T>) {
            // The last list counts, but broken JSON in an earlier one is reported.
            if (has_broken_item) {
                return refuse({errc::malformed_body, "$.data", "comes twice, at first with an item that is not valid"});
            }
            value.data.clear();
            value.undecoded.clear();
            value.data.reserve(reserve);
            index = 0;
        }
        return true;
    }

    bool read_item() {
        if constexpr (is_page<T>) {
            if (index == max_items) {
                std::string message = "has more than " + std::to_string(max_items) + " items";
                return refuse({errc::malformed_body, "$.data", std::move(message)});
            }
            auto& item = value.data.emplace_back();
            if (auto problem = read(item)) {
                UndecodedItem undecoded;
                undecoded.index = index;
                if constexpr (requires { undecoded.id = item.id; }) undecoded.id = std::move(item.id);
                undecoded.path = "$.data[" + std::to_string(index) + ']' + problem->path;
                undecoded.message = std::move(problem->message);
                has_broken_item = has_broken_item || problem->is_final;
                value.data.pop_back();
                value.undecoded.push_back(std::move(undecoded));
            }
            ++index;
        }
        return true;
    }

    bool read_root() {
        std::optional<Problem> problem;
        if constexpr (is_page<T>) {
            T rest;  // of the page, whose items are read already
            problem = read(rest);
            value.total_count = rest.total_count;
            value.additional_fields = std::move(rest.additional_fields);
        } else {
            problem = read(value);
        }
        return !problem || refuse({problem->code, '$' + problem->path, std::move(problem->message)});
    }

    template <class V>
    std::optional<Problem> read(V& out) {
        std::string_view const text = splitter.value();
        if (splitter.was_put_together()) {  // or the usual reader has seen it
            if (!text.empty() && read_usual(text, max_depth, out) == text.size()) return {};
            out = V{};
        }
        return tolerant.read(text, out);
    }

    std::size_t max_depth;
    std::size_t reserve;
    Splitter splitter;
    TolerantReader tolerant;
    T value{};
    std::size_t index{};  // of the next item
    bool has_broken_item{};
    bool used{};  // since it was made or reset
    bool failed{};
    http::BodyFailure failure{};
};

template <class T>
Decoder<T>::Decoder(std::size_t max_depth, std::size_t reserve) : state_{std::make_unique<State>(max_depth, reserve)} {}

template <class T>
Decoder<T>::~Decoder() = default;

template <class T>
void Decoder<T>::reset() {
    if (state_->used) state_ = std::make_unique<State>(state_->max_depth, state_->reserve);
}

template <class T>
bool Decoder<T>::write(std::string_view piece) {
    state_->used = true;
    return state_->write(piece);
}

template <class T>
bool Decoder<T>::finish() {
    state_->used = true;
    return state_->finish();
}

template <class T>
http::BodyFailure const& Decoder<T>::failure() const noexcept {
    return state_->failure;
}

template <class T>
T&& Decoder<T>::take() noexcept {
    return std::move(state_->value);
}

}  // namespace clerk::api

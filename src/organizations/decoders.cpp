// The one translation unit that instantiates the parser.
#include "organizations/decoders.hpp"

#include "organizations/decode_handler.hpp"
#include "organizations/item_skipper.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <concepts>
#include <string>
#include <utility>

namespace clerk::organizations {

namespace {

boost::json::parse_options with_depth(std::size_t max_depth) noexcept {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    return options;
}

template <class T>
DecodeTarget target_for(T& value) noexcept {
    DecodeTarget target;
    if constexpr (std::same_as<T, Organizations>) {
        target.page = &value;
    } else if constexpr (std::same_as<T, DeletedObject>) {
        target.deleted_object = &value;
    } else {
        target.organization = &value;
        if constexpr (std::same_as<T, OrganizationWithLogo>) target.logo_url = &value.logo_url;
    }
    return target;
}

}  // namespace

// Feeds the parser and turns its errors into ours.
class BodyParser {
public:
    BodyParser(DecodeTarget target, std::size_t max_depth, std::size_t reserve)
        : max_depth_{max_depth}, parser_{with_depth(max_depth), target, reserve} {}

    void reset() {
        parser_.reset();
        parser_.handler().reset();
        skipper_.stop();
        failure_ = {};
        failed_ = began_ = false;
    }

    bool write(std::string_view piece) {
        if (failed_) return false;
        began_ = began_ || has_text(piece);
        while (!parser_.done()) {
            if (skipper_.active() && !skip_item(piece)) return true;
            parser_.handler().set_input(piece);
            boost::system::error_code error;
            std::size_t const taken = parser_.write_some(true, piece.data(), piece.size(), error);
            piece.remove_prefix(taken);
            if (!error) break;
            if (error != boost::json::error::too_deep || !give_up_item(error)) return refuse(error);
        }
        return has_text(piece) ? refuse("has text after the end of the JSON") : true;
    }

    bool finish() {
        if (failed_) return false;
        if (parser_.done()) return true;
        if (!began_) return refuse("is empty");
        boost::system::error_code error;
        // A number at the root ends only where the body does.
        if (!skipper_.active()) parser_.write_some(false, "", 0, error);
        return parser_.handler().failure().code != errc{} ? refuse(error) : refuse("ends before the JSON is complete");
    }

    [[nodiscard]] http::BodyFailure const& failure() const noexcept { return failure_; }

private:
    static bool has_text(std::string_view piece) noexcept {
        return piece.find_first_not_of(" \t\r\n") != std::string_view::npos;
    }

    bool refuse(std::string message) {
        failed_ = true;
        failure_ = {errc::malformed_body, "$", std::move(message)};
        return false;
    }

    bool refuse(boost::system::error_code error) {
        DecodeHandler const& handler = parser_.handler();
        if (handler.failure().code != errc{}) {
            failed_ = true;
            failure_ = handler.failure();
            return false;
        }
        if (error != boost::json::error::too_deep) return refuse("is not valid JSON: " + error.message());
        failed_ = true;
        failure_ = {errc::json_too_deep, handler.path(), too_deep()};
        return false;
    }

    [[nodiscard]] std::string too_deep() const { return "nests deeper than " + std::to_string(max_depth_) + " levels"; }

    // An item of a page that nests too deeply goes alone: the parser begins anew behind it.
    bool give_up_item(boost::system::error_code& error) {
        if (!parser_.handler().give_up_item(too_deep(), error)) return false;
        skipper_.start(max_depth_, page_levels);
        return true;
    }

    // False while the item goes on.
    bool skip_item(std::string_view& piece) {
        piece.remove_prefix(skipper_.skip(piece));
        if (skipper_.active()) return false;
        constexpr std::string_view before_next_item = R"({"":["")";
        boost::system::error_code error;
        parser_.reset();
        parser_.write_some(true, before_next_item.data(), before_next_item.size(), error);
        parser_.handler().resume_items();
        return true;
    }

    static constexpr std::size_t page_levels = 2;  // the page and its data

    std::size_t max_depth_;
    bool failed_{};
    bool began_{};
    http::BodyFailure failure_{};
    ItemSkipper skipper_{};
    boost::json::basic_parser<DecodeHandler> parser_;
};

template <class T>
Decoder<T>::Decoder(std::size_t max_depth, std::size_t reserve)
    : parser_{std::make_unique<BodyParser>(target_for(value_), max_depth, reserve)} {}

template <class T>
Decoder<T>::~Decoder() = default;

template <class T>
void Decoder<T>::reset() {
    value_ = T{};
    parser_->reset();
}

template <class T>
bool Decoder<T>::write(std::string_view piece) {
    return parser_->write(piece);
}

template <class T>
bool Decoder<T>::finish() {
    return parser_->finish();
}

template <class T>
http::BodyFailure const& Decoder<T>::failure() const noexcept {
    return parser_->failure();
}

template <class T>
T Decoder<T>::take() {
    return std::move(value_);
}

template class Decoder<Organization>;
template class Decoder<OrganizationWithLogo>;
template class Decoder<DeletedObject>;
template class Decoder<Organizations>;

}  // namespace clerk::organizations

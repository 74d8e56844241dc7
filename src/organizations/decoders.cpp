// The one translation unit that instantiates the parser.
#include "organizations/decoders.hpp"

#include "organizations/decode_handler.hpp"

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
        failure_ = {};
        failed_ = began_ = false;
    }

    bool write(std::string_view piece) {
        if (failed_) return false;
        if (!parser_.done()) {
            began_ = began_ || has_text(piece);
            parser_.handler().set_input(piece);
            boost::system::error_code error;
            std::size_t const taken = parser_.write_some(true, piece.data(), piece.size(), error);
            if (error) return refuse(error);
            piece.remove_prefix(taken);
        }
        return has_text(piece) ? refuse("has text after the end of the JSON") : true;
    }

    bool finish() {
        if (failed_) return false;
        if (parser_.done()) return true;
        return refuse(began_ ? "ends before the JSON is complete" : "is empty");
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
        failure_ = {errc::json_too_deep, handler.path(), "nests deeper than " + std::to_string(max_depth_) + " levels"};
        return false;
    }

    std::size_t max_depth_;
    bool failed_{};
    bool began_{};
    http::BodyFailure failure_{};
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

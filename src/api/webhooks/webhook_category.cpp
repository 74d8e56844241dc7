#include <clerk/webhook.hpp>

#include <string>

namespace clerk {

namespace {

class Category final : public boost::system::error_category {
public:
    [[nodiscard]] char const* name() const noexcept override { return "clerk.webhook"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<webhook_errc>(value)) {
            case webhook_errc::header_missing:
                return "a header of the webhook is missing";
            case webhook_errc::timestamp_malformed:
                return "the webhook's timestamp is not a number of seconds";
            case webhook_errc::too_old:
                return "the webhook was sent too long ago";
            case webhook_errc::too_new:
                return "the webhook was sent in the future";
            case webhook_errc::signature_mismatch:
                return "no signature of the webhook is valid";
        }
        return "unknown";
    }
};

}  // namespace

boost::system::error_category const& webhook_category() noexcept {
    static Category const category;
    return category;
}

boost::system::error_code make_error_code(webhook_errc code) noexcept {
    return {static_cast<int>(code), webhook_category()};
}

}  // namespace clerk

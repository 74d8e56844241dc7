#include "base/webhook_signature.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace clerk::base {
BOOST_AUTO_TEST_SUITE(webhook_signature)

namespace {

// Published with the libraries of the scheme, and computed again with `openssl dgst -sha256 -mac HMAC`.
constexpr std::string_view secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
constexpr WebhookMessage message{"msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "1649367553",
                                 R"({"email":"test@example.com","username":"test_user"})"};
constexpr std::string_view signature = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

BOOST_AUTO_TEST_CASE(known_answers) {
    BOOST_TEST(sign_webhook(webhook_key(secret).value(), message) == signature);
    Secret const other = webhook_key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
    BOOST_TEST(sign_webhook(other, {"msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})"}) ==
               "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

BOOST_AUTO_TEST_CASE(a_secret_is_base64_with_or_without_its_prefix) {
    std::string const bytes{webhook_key(secret)->reveal()};
    BOOST_TEST(bytes.size() == 24U);
    BOOST_TEST(webhook_key(secret.substr(6))->reveal() == bytes);
    BOOST_TEST(webhook_key(" " + std::string{secret} + "\r\n")->reveal() == bytes);
    for (char const* const text : {"", "whsec_", "whsec_not-base64", "whsec_C2F", "sk_test_emulator"}) {
        BOOST_TEST(!webhook_key(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(one_of_several_signatures_is_enough) {
    Secret const key = webhook_key(secret).value();
    std::string const good{signature};
    std::string const wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (std::string const& right : {good, wrong + ' ' + good, "v1a,xyz  " + good + ' ' + wrong, good + ' '}) {
        BOOST_TEST(is_signed_webhook(right, key, message), right);
    }
    for (std::string const& bad : {std::string{}, std::string{" "}, wrong, good.substr(3), "v2" + good.substr(2),
                                   good + good, good.substr(0, good.size() - 1), good + '='}) {
        BOOST_TEST(!is_signed_webhook(bad, key, message), bad);
    }
}

BOOST_AUTO_TEST_CASE(all_that_is_signed_counts) {
    Secret const key = webhook_key(secret).value();
    for (auto change : {&WebhookMessage::id, &WebhookMessage::timestamp, &WebhookMessage::body}) {
        WebhookMessage changed = message;
        changed.*change = (changed.*change).substr(1);
        BOOST_TEST(!is_signed_webhook(signature, key, changed));
    }
    BOOST_TEST(!is_signed_webhook(signature, webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value(), message));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

}  // namespace clerk::base

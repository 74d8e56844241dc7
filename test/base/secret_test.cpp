#include <clerk/secret.hpp>

#include "support/freed_memory_watch.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <new>
#include <optional>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

BOOST_AUTO_TEST_SUITE(secret)

namespace {

using clerk::Secret;
using clerk::test::FreedMemoryWatch;

// One that fits into the string object itself and one that does not.
constexpr std::array<std::string_view, 2> keys{"sk_test_short", "sk_live_a_key_that_does_not_fit_inline"};

// Its own memory, so that it can be read after the object in it was destroyed.
class Slot {
public:
    [[nodiscard]] void* memory() noexcept { return bytes_.data(); }
    [[nodiscard]] bool contains(std::string_view needle) const noexcept {
        std::string_view const all{bytes_.data(), bytes_.size()};
        return all.find(needle) != std::string_view::npos;
    }

private:
    alignas(Secret) std::array<char, sizeof(Secret)> bytes_{};
};

template <class T>
concept Printable = requires(std::ostream& out, T const& value) { out << value; };

static_assert(!Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string_view, Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);

void set_env(char const* name, std::optional<std::string> const& value) {
#ifdef _WIN32
    _putenv_s(name, value ? value->c_str() : "");
#else
    value ? setenv(name, value->c_str(), 1) : unsetenv(name);
#endif
}

}  // namespace

BOOST_AUTO_TEST_CASE(holds_copies_and_moves_its_text) {
    for (std::string_view const key : keys) {
        Secret first{key};
        BOOST_TEST(first.reveal() == key);
        Secret copy{first};
        Secret const moved{std::move(first)};
        BOOST_TEST(copy.reveal() == key);
        BOOST_TEST(moved.reveal() == key);
        copy = Secret{"other"};
        BOOST_TEST(copy.reveal() == "other");
        copy = moved;
        BOOST_TEST(copy.reveal() == key);
        Secret const& alias = copy;
        copy = alias;
        BOOST_TEST(copy.reveal() == key);
    }
    BOOST_TEST(Secret{}.empty());
}

BOOST_AUTO_TEST_CASE(leaves_nothing_inside_the_object) {
    for (std::string_view const key : keys) {
        Slot slot;
        auto* secret = new (slot.memory()) Secret{key};
        secret->~Secret();
        BOOST_TEST(!slot.contains(key.substr(1)));

        Slot source;
        secret = new (source.memory()) Secret{key};
        Secret taken{std::move(*secret)};
        BOOST_TEST(!source.contains(key.substr(1)));
        *secret = std::move(taken);
        BOOST_TEST(secret->reveal() == key);
        taken = std::move(*secret);
        BOOST_TEST(!source.contains(key.substr(1)));
        secret->~Secret();

        Slot overwritten;
        secret = new (overwritten.memory()) Secret{key};
        *secret = Secret{"x"};
        BOOST_TEST(!overwritten.contains(key.substr(1)));
        secret->~Secret();
    }
}

BOOST_AUTO_TEST_CASE(leaves_nothing_in_freed_memory) {
    std::string_view const key = keys[1];
    FreedMemoryWatch const watch{key};
    {
        Secret first{key};
        Secret second{first};
        second = Secret{std::string(200, 'x')};
        second = first;
        Secret third{std::move(first)};
        second = std::move(third);
    }
    BOOST_TEST(!watch.leaked());
}

BOOST_AUTO_TEST_CASE(the_watch_does_see_a_plain_string) {
    std::string_view const key = keys[1];
    FreedMemoryWatch const watch{key};
    {
        std::string const careless{key};
    }
    BOOST_TEST(watch.leaked());
}

BOOST_AUTO_TEST_CASE(comes_from_the_environment_without_white_space) {
    constexpr char const* name = "CLERK_SECRET_TEST_VARIABLE";
    set_env(name, std::nullopt);
    BOOST_TEST(clerk::secret_key_from_env(name).empty());
    set_env(name, " \t sk_test_1 \r\n");
    BOOST_TEST(clerk::secret_key_from_env(name).reveal() == "sk_test_1");
    set_env(name, " \n ");
    BOOST_TEST(clerk::secret_key_from_env(name).empty());
    set_env(name, std::nullopt);
}

BOOST_AUTO_TEST_SUITE_END()

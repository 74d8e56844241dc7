#define BOOST_TEST_MODULE clerk
#include <boost/test/unit_test.hpp>

#include <locale>
#include <string>

namespace {

// Texts of the library must not depend on the locale: all tests run with one that writes 1,5 and 8.335.
struct DecimalComma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

struct ForeignLocale {
    ForeignLocale() { std::locale::global(std::locale{std::locale::classic(), new DecimalComma}); }
    ~ForeignLocale() { std::locale::global(std::locale::classic()); }
};

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(ForeignLocale);

#include "suggestions.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(suggestions)

namespace {

using namespace clerk_orgs;

BOOST_AUTO_TEST_CASE(misspelt_words_have_a_suggestion_and_other_words_have_none) {
    std::vector<std::string> const words{"create", "get", "list", "update", "delete", "delete-logo", "export"};
    BOOST_TEST(closest("lst", words) == "list");
    BOOST_TEST(closest("craete", words) == "create");
    BOOST_TEST(closest("exprot", words) == "export");
    BOOST_TEST(closest("delete-lgo", words) == "delete-logo");
    BOOST_TEST(closest("ge", words) == "get");
    BOOST_TEST(closest("remove", words).empty());
    BOOST_TEST(closest("", words).empty());
    BOOST_TEST(closest("x", {}).empty());
}

BOOST_AUTO_TEST_CASE(a_misspelt_command_or_option_gets_a_suggestion) {
    ProgramText text{};
    text.program.options = {{{"-v", "--verbose"}, "", "Tell more"}};
    text.commands.push_back({"export", "Prints all", "", {{{"--format"}, "ndjson|csv", "Default ndjson"}}, {}});
    CommandText const* const command = &text.commands.front();
    auto const message = [&](CommandText const* of, std::string const& argument) {
        return std::string{unexpected_argument(text, of, argument).what()};
    };
    BOOST_TEST(no_command(text, "exprot").what() == "there is no command 'exprot'; did you mean 'export'?");
    BOOST_TEST(no_command(text, "remove").what() == "there is no command 'remove'");
    BOOST_TEST(message(command, "--fromat=csv") == "unexpected argument '--fromat=csv'; did you mean '--format'?");
    BOOST_TEST(message(command, "--verbos") == "unexpected argument '--verbos'; did you mean '--verbose'?");
    BOOST_TEST(message(nullptr, "--fromat") == "unexpected argument '--fromat'");
    BOOST_TEST(message(command, "export") == "unexpected argument 'export'");
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

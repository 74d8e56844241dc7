#include "program_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(program_text)

namespace {

using namespace clerk_orgs;

ProgramText example() {
    ProgramText text{};
    text.program = {"clerk-orgs", "Does things", "About [it].", {{{"-v", "--verbose"}, "", "Tell more"}}, {}};
    text.commands.push_back({"export",
                             "Prints all",
                             "First.\nSecond.",
                             {{{"--format"}, "ndjson|csv", "Default ndjson"},
                              {{"--out"}, "FILE|-", "It's the output"},
                              {{"ID"}, "", "Which", true}},
                             {"clerk-orgs export --out x", ".dot \\n"}});
    return text;
}

bool contains(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

BOOST_AUTO_TEST_CASE(choices_are_alternatives_of_letters) {
    auto const choices = [](std::string value) { return OptionText{{"--x"}, std::move(value)}.choices().size(); };
    BOOST_TEST(choices("ndjson|csv") == 2U);
    BOOST_TEST(choices("auto|on|off") == 3U);
    BOOST_TEST(choices("GET|POST") == 2U);
    BOOST_TEST(choices("FILE|-") == 0U);
    BOOST_TEST(choices("JSON|@FILE") == 0U);
    BOOST_TEST(choices("") == 0U);
}

BOOST_AUTO_TEST_CASE(help_has_everything_that_a_command_takes) {
    ProgramText const text = example();
    std::string const help = render_help(text, &text.commands.front());
    for (std::string_view const part :
         {"Prints all.\n", "Usage: clerk-orgs export [OPTIONS] ID\n", "Arguments:\n  ID ",
          "Options:\n  --format ndjson|csv ", "Global options:\n  -v, --verbose ", "\nFirst.\n\nSecond.\n",
          "Examples:\n  clerk-orgs export --out x\n", "Exit status:\n  0 "}) {
        BOOST_TEST(contains(help, part), "no " << part << " in " << help);
    }
}

BOOST_AUTO_TEST_CASE(a_manual_page_shows_what_troff_would_take_for_commands) {
    ProgramText const text = example();
    std::string const page = render_manual(text, &text.commands.front(), "1.0");
    BOOST_TEST(page.starts_with(".TH CLERK\\-ORGS\\-EXPORT 1 "));
    BOOST_TEST(contains(page, "\n\\&.dot \\en\n"));
    BOOST_TEST(contains(page, "\\fB\\-\\-format\\fR \\fIndjson|csv\\fR\n"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

#include "export_checkpoint.hpp"

#include "support.hpp"
#include "values.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace {

using namespace clerk_orgs;
using clerk_orgs_test::Directory;

ExportCheckpoint const example{ExportFormat::csv, {1234567890123, 0xffffffff}, R"({"checkpoint":1} 00ff)"};

BOOST_AUTO_TEST_SUITE(export_checkpoint)

BOOST_AUTO_TEST_CASE(is_one_line_that_can_be_read_back) {
    std::string const text = to_text(example);
    BOOST_TEST(text.find('\n') == text.size() - 1);
    BOOST_TEST((parse_checkpoint(text) == example));
    ExportCheckpoint const largest{ExportFormat::ndjson, {std::numeric_limits<std::uint64_t>::max(), 0}, ""};
    BOOST_TEST((parse_checkpoint(to_text(largest)) == largest));
}

std::string const broken[] = {
    "",
    "{",
    "[]",
    "null",
    R"({"clerk_orgs_export":2,"format":"csv","length":1,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":1,"format":"xml","length":1,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":1,"format":"csv","length":-1,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":1,"format":"csv","length":1.5,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":1,"format":"csv","length":1,"tail":4294967296,"walk":""})",
    R"({"clerk_orgs_export":1,"format":"csv","length":1,"tail":1,"walk":1})",
    R"({"clerk_orgs_export":1,"format":"csv","length":1,"tail":1})",
};

BOOST_DATA_TEST_CASE(what_is_none_is_not_taken_for_one, boost::unit_test::data::make(broken)) {
    BOOST_TEST(!parse_checkpoint(sample));
}

BOOST_AUTO_TEST_CASE(every_prefix_is_refused) {
    std::string const text = to_text(example);
    for (std::size_t length = 0; length + 1 < text.size(); ++length) {
        BOOST_TEST_REQUIRE(!parse_checkpoint(std::string_view{text}.substr(0, length)));
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_or_empty_is_a_new_export) {
    Directory const directory;
    BOOST_TEST(!load_checkpoint(directory / "none", ExportFormat::csv));
    directory.write("empty", "");
    BOOST_TEST(!load_checkpoint(directory / "empty", ExportFormat::csv));
}

BOOST_AUTO_TEST_CASE(is_saved_and_loaded_and_replaced) {
    Directory const directory;
    save_checkpoint(directory / "state", example);
    BOOST_TEST((load_checkpoint(directory / "state", ExportFormat::csv) == example));
    ExportCheckpoint next = example;
    next.output.length = 7;
    save_checkpoint(directory / "state", next);
    BOOST_TEST((load_checkpoint(directory / "state", ExportFormat::csv) == next));
    BOOST_TEST(directory.names() == "state");
}

BOOST_AUTO_TEST_CASE(another_format_another_file_or_none_that_can_be_read_is_refused) {
    Directory const directory;
    save_checkpoint(directory / "state", example);
    BOOST_CHECK_THROW(load_checkpoint(directory / "state", ExportFormat::ndjson), UsageError);
    directory.write("text", "hello\n");
    BOOST_CHECK_THROW(load_checkpoint(directory / "text", ExportFormat::csv), UsageError);
    BOOST_CHECK_THROW(load_checkpoint(directory.path(), ExportFormat::csv), UsageError);
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_written_is_an_error) {
    Directory const directory;
    BOOST_CHECK_THROW(save_checkpoint(directory / "none" / "state", example), OutputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

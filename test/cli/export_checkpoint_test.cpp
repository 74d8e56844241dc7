#include "export_checkpoint.hpp"

#include "support.hpp"
#include "values.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

BOOST_AUTO_TEST_SUITE(export_checkpoint)

namespace {

using namespace clerk_orgs;
using clerk_orgs_test::Directory;

ExportCheckpoint const example{"csv id,name",
                               clerk::Timestamp{std::chrono::milliseconds{1577934245678}},
                               {1234567890123, 0xffffffff},
                               R"({"checkpoint":1} 00ff)"};

std::string path_of(Directory const& directory, std::string_view name) { return (directory / name).string(); }

BOOST_AUTO_TEST_CASE(is_one_line_that_can_be_read_back) {
    std::string const text = to_text(example);
    BOOST_TEST(text.find('\n') == text.size() - 1);
    BOOST_TEST((parse_checkpoint(text) == example));
    ExportCheckpoint const largest{"ndjson", {}, {std::numeric_limits<std::uint64_t>::max(), 0}, ""};
    BOOST_TEST((parse_checkpoint(to_text(largest)) == largest));
}

std::string const broken[] = {
    "",
    "{",
    "[]",
    "null",
    R"({"clerk_orgs_export":1,"layout":"csv","started_at":1,"length":1,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":2,"layout":7,"started_at":1,"length":1,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":2,"layout":"csv","started_at":"","length":1,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":2,"layout":"csv","started_at":1,"length":-1,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":2,"layout":"csv","started_at":1,"length":1.5,"tail":1,"walk":""})",
    R"({"clerk_orgs_export":2,"layout":"csv","started_at":1,"length":1,"tail":4294967296,"walk":""})",
    R"({"clerk_orgs_export":2,"layout":"csv","started_at":1,"length":1,"tail":1,"walk":1})",
    R"({"clerk_orgs_export":2,"layout":"csv","started_at":1,"length":1,"tail":1})",
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
    BOOST_TEST(!load_checkpoint(path_of(directory, "none"), "csv"));
    directory.write("empty", "");
    BOOST_TEST(!load_checkpoint(path_of(directory, "empty"), "csv"));
}

BOOST_AUTO_TEST_CASE(is_saved_and_loaded_and_replaced) {
    Directory const directory;
    save_checkpoint(path_of(directory, "state"), example);
    BOOST_TEST((load_checkpoint(path_of(directory, "state"), example.layout) == example));
    ExportCheckpoint next = example;
    next.output.length = 7;
    save_checkpoint(path_of(directory, "state"), next);
    BOOST_TEST((load_checkpoint(path_of(directory, "state"), example.layout) == next));
    BOOST_TEST(directory.names() == "state");
}

std::string refusal(std::string const& path) {
    try {
        load_checkpoint(path, "csv id,name");
    } catch (UsageError const& error) {
        return error.what();
    }
    return {};
}

BOOST_AUTO_TEST_CASE(a_file_that_does_not_fit_is_refused_and_the_message_says_what_to_do) {
    Directory const directory;
    std::string const path = path_of(directory, "state");
    std::string const advice = "; remove '" + path + "' to start again";
    ExportCheckpoint other = example;
    other.layout = "csv name,id";
    save_checkpoint(path, other);
    BOOST_TEST(refusal(path) == "--resume: '" + path + "' belongs to another export (csv name,id)" + advice);
    directory.write("state", R"({"clerk_orgs_export":1,"format":"csv","length":1,"tail":1,"walk":""})");
    BOOST_TEST(refusal(path) == "--resume: '" + path + "' is of another version of clerk-orgs, or damaged" + advice);
    directory.write("state", "hello\n");
    BOOST_TEST(refusal(path) == "--resume: '" + path + "' is not a checkpoint of an export" + advice);
    BOOST_TEST(refusal(directory.path().string()) ==
               "--resume: '" + directory.path().string() + "' is not a regular file");
}

BOOST_AUTO_TEST_CASE(one_that_is_over_is_removed) {
    Directory const directory;
    save_checkpoint(path_of(directory, "state"), example);
    remove_checkpoint(path_of(directory, "state"));
    BOOST_TEST(directory.names().empty());
    BOOST_CHECK_NO_THROW(remove_checkpoint(path_of(directory, "state")));
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_written_is_an_error) {
    Directory const directory;
    BOOST_CHECK_THROW(save_checkpoint(path_of(directory, "none/state"), example), OutputError);
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

#include "export_target.hpp"

#include "support.hpp"
#include "values.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace clerk_orgs;
using clerk_orgs_test::Directory;

/// Writes `text` as one line and marks it.
OutputMark write(ExportTarget& target, std::string const& text) {
    target.writer().buffer() += text + '\n';
    target.writer().lines_done();
    return target.mark();
}

BOOST_AUTO_TEST_SUITE(export_target)

BOOST_AUTO_TEST_CASE(a_file_gets_its_name_when_it_is_complete) {
    Directory const directory;
    directory.write("out", "old");
    ExportTarget target = ExportTarget::begin((directory / "out").string());
    target.writer().buffer() = "line\n";
    BOOST_TEST(directory.read("out") == "old");
    target.complete();
    BOOST_TEST(directory.read("out") == "line\n");
    BOOST_TEST(directory.names() == "out");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_given_up_keeps_what_is_worth_it) {
    Directory const directory;
    std::string const out = (directory / "out").string();
    ExportTarget kept = ExportTarget::begin(out);
    kept.writer().buffer() = "line\n";
    BOOST_TEST(kept.abandon(true).find("out.part'") != std::string::npos);
    BOOST_TEST(directory.read("out.part") == "line\n");
    ExportTarget dropped = ExportTarget::begin(out);
    BOOST_TEST(dropped.abandon(false).empty());
    BOOST_TEST(directory.names().empty());
}

BOOST_AUTO_TEST_CASE(goes_on_behind_the_mark_whatever_comes_after_it) {
    for (std::string const torn : {"", "{\"object\":\"organ", "{}\n{}\n{"}) {
        Directory const directory;
        std::string const out = (directory / "out").string();
        OutputMark mark{};
        {
            ExportTarget target = ExportTarget::begin(out);
            write(target, std::string(5000, 'a'));
            mark = write(target, "b");
            BOOST_TEST(mark.length == 5003U);
            target.writer().buffer() = torn;
            target.writer().flush();
        }
        ExportTarget target = ExportTarget::go_on(out, mark);
        BOOST_TEST(!target.has_its_name());
        BOOST_TEST(write(target, "c").length == 5005U);
        target.complete();
        BOOST_TEST(directory.read("out") == std::string(5000, 'a') + "\nb\nc\n");
        BOOST_TEST(directory.names() == "out");
    }
}

BOOST_AUTO_TEST_CASE(a_complete_file_is_left_alone) {
    Directory const directory;
    std::string const out = (directory / "out").string();
    ExportTarget target = ExportTarget::begin(out);
    OutputMark const mark = write(target, "a");
    target.complete();
    ExportTarget again = ExportTarget::go_on(out, mark);
    BOOST_TEST(again.has_its_name());
    again.complete();
    BOOST_TEST(directory.read("out") == "a\n");
    BOOST_TEST(directory.names() == "out");
}

BOOST_AUTO_TEST_CASE(another_file_is_refused_and_stays_as_it_is) {
    Directory const directory;
    std::string const out = (directory / "out").string();
    ExportTarget target = ExportTarget::begin(out);
    OutputMark const mark = write(target, "12345");
    for (std::string const other : {"", "1234", "54321\n", "another, longer file\n"}) {
        directory.write("out.part", other);
        BOOST_CHECK_THROW(ExportTarget::go_on(out, mark), UsageError);
        BOOST_TEST(directory.read("out.part") == other);
    }
    std::filesystem::remove(directory / "out.part");
    BOOST_CHECK_THROW(ExportTarget::go_on(out, mark), UsageError);
    BOOST_TEST(directory.names().empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_somebody_else_writes_is_refused) {
    Directory const directory;
    std::string const out = (directory / "out").string();
    ExportTarget target = ExportTarget::begin(out);
    OutputMark const mark = write(target, "a");
    BOOST_CHECK_THROW(ExportTarget::begin(out), OutputError);
    BOOST_CHECK_THROW(ExportTarget::go_on(out, mark), OutputError);
    BOOST_TEST(write(target, "b").length == 4U);
    target.complete();
    BOOST_TEST(directory.read("out") == "a\nb\n");
}

BOOST_AUTO_TEST_CASE(nothing_written_yet_begins_anew) {
    Directory const directory;
    ExportTarget target = ExportTarget::go_on((directory / "out").string(), OutputMark{});
    BOOST_TEST(!target.has_its_name());
    target.complete();
    BOOST_TEST(directory.names() == "out");
}

BOOST_AUTO_TEST_CASE(only_files_can_be_gone_on_with) {
    Directory const directory;
    BOOST_TEST(ExportTarget::can_go_on((directory / "out").string()));
    BOOST_TEST(!ExportTarget::can_go_on("-"));
    BOOST_TEST(!ExportTarget::can_go_on(directory.path().string()));
    BOOST_TEST(!ExportTarget::can_go_on("/dev/null"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_removed_under_the_export_is_noticed) {
    Directory const directory;
    ExportTarget target = ExportTarget::begin((directory / "out").string());
    write(target, "12345");
    std::filesystem::remove(directory / "out.part");
    BOOST_CHECK_THROW(write(target, "6"), OutputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

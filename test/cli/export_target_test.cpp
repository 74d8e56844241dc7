#include "export_target.hpp"

#include "support.hpp"
#include "values.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(export_target)

namespace {

using namespace clerk_orgs;
using clerk_orgs_test::Directory;

/// Writes `text` as one line and marks it.
OutputMark write(ExportTarget& target, std::string const& text) {
    target.writer().buffer() += text + '\n';
    target.writer().lines_done();
    return target.mark();
}

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

BOOST_AUTO_TEST_CASE(an_abandoned_file_keeps_its_content_if_there_is_any) {
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

BOOST_AUTO_TEST_CASE(continues_at_the_mark_and_drops_what_follows) {
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
        BOOST_TEST(write(target, "c").length == 5005U);
        target.complete();
        BOOST_TEST(directory.read("out") == std::string(5000, 'a') + "\nb\nc\n");
        BOOST_TEST(directory.names() == "out");
    }
}

BOOST_AUTO_TEST_CASE(continues_in_a_copy_of_a_complete_file) {
    Directory const directory;
    std::string const out = (directory / "out").string();
    ExportTarget target = ExportTarget::begin(out);
    write(target, std::string(200'000, 'a'));
    OutputMark const mark = write(target, "b");
    target.complete();
    BOOST_TEST(holds(out, mark));
    ExportTarget more = ExportTarget::go_on_with_copy(out, mark);
    write(more, "c");
    BOOST_TEST(directory.read("out") == std::string(200'000, 'a') + "\nb\n");
    more.complete();
    BOOST_TEST(directory.read("out") == std::string(200'000, 'a') + "\nb\nc\n");
    BOOST_TEST(directory.names() == "out");
}

BOOST_AUTO_TEST_CASE(another_file_is_refused_and_stays_as_it_is) {
    Directory const directory;
    std::string const out = (directory / "out").string();
    OutputMark mark{};
    {
        ExportTarget target = ExportTarget::begin(out);
        mark = write(target, "12345");
    }
    for (std::string const other : {"", "1234", "54321\n", "another, longer file\n"}) {
        directory.write("out.part", other);
        BOOST_TEST(!holds(directory / "out.part", mark));
        BOOST_CHECK_THROW(ExportTarget::go_on(out, mark), OutputError);
        BOOST_TEST(directory.read("out.part") == other);
    }
    BOOST_TEST(!holds(directory / "none", mark));
}

BOOST_AUTO_TEST_CASE(a_file_that_another_process_writes_is_refused) {
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

BOOST_AUTO_TEST_CASE(only_files_can_be_continued) {
    Directory const directory;
    BOOST_TEST(ExportTarget::regular_file((directory / "out").string()).has_value());
    BOOST_TEST(!ExportTarget::regular_file("-"));
    BOOST_TEST(!ExportTarget::regular_file(directory.path().string()));
    BOOST_TEST(!ExportTarget::regular_file("/dev/null"));
}

BOOST_AUTO_TEST_CASE(a_part_that_loses_its_name_is_noticed) {
    Directory const directory;
    for (bool const replaced : {false, true}) {
        ExportTarget target = ExportTarget::begin((directory / "out").string());
        write(target, "12345");
        std::filesystem::remove(directory / "out.part");
        if (replaced) directory.write("out.part", "another\n");
        BOOST_CHECK_THROW(write(target, "6"), OutputError);
        BOOST_CHECK_THROW(target.complete(), OutputError);
        BOOST_TEST(directory.names() == (replaced ? "out.part" : ""));
    }
}

std::string mode_of(std::filesystem::path const& path) {
    auto const mode = static_cast<unsigned>(std::filesystem::status(path).permissions());
    return {static_cast<char>('0' + mode / 64 % 8), static_cast<char>('0' + mode / 8 % 8),
            static_cast<char>('0' + mode % 8)};
}

BOOST_AUTO_TEST_CASE(a_new_file_is_for_its_user_and_an_old_one_keeps_its_mode) {
    Directory const directory;
    std::string const out = (directory / "out").string();
    ExportTarget first = ExportTarget::begin(out);
    write(first, "1");
    BOOST_TEST(mode_of(directory / "out.part") == "600");
    first.complete();
    BOOST_TEST(mode_of(out) == "600");
    for (unsigned const mode : {0644U, 0640U, 0600U, 0444U}) {
        std::filesystem::permissions(out, std::filesystem::perms{mode});
        ExportTarget next = ExportTarget::begin(out);
        write(next, "2");
        BOOST_TEST(mode_of(directory / "out.part") == "600");
        next.complete();
        BOOST_TEST((std::filesystem::status(out).permissions() == std::filesystem::perms{mode}));
    }
    directory.write("out.part", "of an older version");
    std::filesystem::permissions(directory / "out.part", std::filesystem::perms{0644});
    ExportTarget const last = ExportTarget::begin(out);
    BOOST_TEST(mode_of(directory / "out.part") == "600");
}

BOOST_AUTO_TEST_CASE(a_planted_part_is_not_followed) {
    Directory const directory;
    directory.write("victim", "precious\n");
    std::filesystem::create_symlink(directory / "victim", directory / "out.part");
    BOOST_CHECK_THROW(ExportTarget::begin((directory / "out").string()), OutputError);
    std::filesystem::remove(directory / "out.part");
    std::filesystem::create_hard_link(directory / "victim", directory / "out.part");
    BOOST_CHECK_THROW(ExportTarget::begin((directory / "out").string()), OutputError);
    BOOST_TEST(directory.read("victim") == "precious\n");
}

BOOST_AUTO_TEST_CASE(a_link_stays_one_wherever_it_leads) {
    Directory const directory;
    std::filesystem::create_directory(directory / "sub");
    std::filesystem::create_symlink("sub/real", directory / "out");
    for (int round = 0; round != 2; ++round) {  // in the first round its target does not exist
        ExportTarget target = ExportTarget::begin((directory / "out").string());
        write(target, "a");
        target.complete();
        BOOST_TEST(std::filesystem::is_symlink(directory / "out"));
        BOOST_TEST(directory.read("sub/real") == "a\n");
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()

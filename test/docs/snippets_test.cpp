// Runs the C++ blocks of README.md and docs/, each with its own emulator.
#include "docs/snippet_preamble.hpp"

#undef BOOST_TEST
#include <boost/test/unit_test.hpp>

#include <exception>
#include <sstream>

BOOST_AUTO_TEST_SUITE(docs_snippets)

namespace {

// Their output is kept out of the test log.
class Quiet {
public:
    Quiet() = default;
    ~Quiet() {
        std::cout.rdbuf(out_);
        std::cerr.rdbuf(err_);
    }
    Quiet(Quiet const&) = delete;
    Quiet& operator=(Quiet const&) = delete;

private:
    std::ostringstream text_{};
    std::streambuf* out_ = std::cout.rdbuf(text_.rdbuf());
    std::streambuf* err_ = std::cerr.rdbuf(text_.rdbuf());
};

}  // namespace

BOOST_AUTO_TEST_CASE(run_to_their_end) {
    BOOST_TEST(snippets.size() > 20U);
    int of_readme = 0;
    for (Snippet const& snippet : snippets) {
        BOOST_TEST_CONTEXT(snippet.where) {
            of_readme += snippet.where.starts_with("README.md:") ? 1 : 0;
            clerk::testing::EmulatorOptions options{};
            options.organizations = 3;
            clerk::testing::Emulator emulator{options};
            clerk::Config config{.secret_key = clerk::Secret{emulator.secret_key()}, .base_url = emulator.base_url()};
            config.tls.ca_pem = emulator.ca_pem();
            asio::io_context io;
            clerk::Client client{io.get_executor(), config};
            bool ended = false;
            std::exception_ptr thrown;
            {
                Quiet const quiet;
                asio::co_spawn(
                    io,
                    snippet.body(io, config, client, clerk::OrganizationsApi{client},
                                 clerk::OrganizationMembershipsApi{client}, clerk::OrganizationInvitationsApi{client},
                                 clerk::OrganizationRolesApi{client}, {}, emulator),
                    [&](std::exception_ptr failure) {
                        ended = true;
                        thrown = std::move(failure);
                    });
                io.run_for(std::chrono::seconds{30});
            }
            BOOST_TEST(ended);
            BOOST_CHECK_NO_THROW(if (thrown) std::rethrow_exception(thrown));
        }
    }
    BOOST_TEST(of_readme >= 2);
}

BOOST_AUTO_TEST_SUITE_END()

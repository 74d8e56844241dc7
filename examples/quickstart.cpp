// Creates an organization, reads and updates it, merges its metadata, lists and deletes it.
//
// Environment: CLERK_SECRET_KEY; CLERK_BASE_URL and CLERK_CA_FILE for another server than Clerk's, such as
// clerk-emulator.

#include <clerk.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

namespace {

std::string from_env(char const* variable) {
    char const* const value = std::getenv(variable);
    return value != nullptr ? value : "";
}

// Result::value() throws clerk::Exception, which keeps a sequence of calls short. Programs that handle single errors
// test the result instead, as for the deletion below.
clerk::awaitable<void> live(clerk::OrganizationsApi organizations, std::string& id) {
    // Requests are named objects, because g++ before 14 miscompiles them as temporaries inside co_await.
    clerk::CreateOrganizationRequest creation{.name = "Quickstart"};
    creation.public_metadata = boost::json::object{{"plan", "trial"}};
    auto const created = (co_await organizations.create_organization(creation)).value();
    id = created.id;
    std::cout << "created " << created.id << '\n';

    auto const read = (co_await organizations.get_organization(id, {.include_members_count = true})).value();
    std::cout << "read '" << read.name << "', members: " << read.members_count.value_or(0) << '\n';

    clerk::UpdateOrganizationRequest change{.name = "Quickstart, renamed", .max_allowed_memberships = 25};
    auto const updated = (co_await organizations.update_organization(id, change)).value();
    std::cout << "updated to '" << updated.name << "'\n";

    clerk::MergeOrganizationMetadataRequest merge;
    merge.public_metadata = boost::json::object{{"plan", "pro"}, {"seats", 25}};
    auto const merged = (co_await organizations.merge_organization_metadata(id, merge)).value();
    std::cout << "merged metadata: " << merged.public_metadata.text() << '\n';

    clerk::ListOrganizationsRequest search{.limit = 5, .query = "Quickstart"};
    auto const page = (co_await organizations.list_organizations(search)).value();
    for (clerk::Organization const& organization : page) std::cout << "listed " << organization.id << '\n';
}

clerk::awaitable<int> quickstart(clerk::OrganizationsApi organizations) {
    int status = EXIT_SUCCESS;
    std::string id;
    try {
        co_await live(organizations, id);
    } catch (clerk::Exception const& failure) {
        std::cerr << failure.error() << '\n';
        status = EXIT_FAILURE;
    }
    if (id.empty()) co_return status;
    auto const deleted = co_await organizations.delete_organization(id);
    if (!deleted) {
        std::cerr << deleted.error() << '\n';
        co_return EXIT_FAILURE;
    }
    std::cout << "deleted " << id << '\n';
    co_return status;
}

}  // namespace

int main() try {
    clerk::Config config{.secret_key = clerk::secret_key_from_env(), .base_url = from_env("CLERK_BASE_URL")};
    config.tls.ca_file = from_env("CLERK_CA_FILE");

    boost::asio::io_context io;
    clerk::Client client{io, config};
    int status = EXIT_FAILURE;
    boost::asio::co_spawn(io, quickstart(clerk::OrganizationsApi{client}), [&](std::exception_ptr failure, int result) {
        status = failure ? EXIT_FAILURE : result;
        io.stop();
    });
    io.run();
    return status;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}

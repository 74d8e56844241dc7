#include "common/client_main.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>

namespace clerk_bench {

void ErrorLog::add(std::string_view message) {
    if (count_++ == 0) std::cerr << program_ + ": " + std::string{message} + "\n";
}

int client_main(Program const& program, int argc, char const* const* argv,
                std::function<Report(Options const&, ErrorLog&)> const& run) try {
    Options const options = parse_options(program, argc, argv);
    ErrorLog errors{program.name};
    Report const report = run(options, errors);
    if (!(std::cout << to_json(report, options.details) << '\n' << std::flush)) return EXIT_FAILURE;
    return report.errors < report.requests ? EXIT_SUCCESS : EXIT_FAILURE;
} catch (HelpRequested const& help) {
    std::cout << help.text;
    return EXIT_SUCCESS;
} catch (UsageError const& error) {
    std::cerr << program.name << ": " << error.what() << '\n';
    return 2;
} catch (std::exception const& error) {
    std::cerr << program.name << ": " << error.what() << '\n';
    return EXIT_FAILURE;
}

}  // namespace clerk_bench

// The main function of a benchmark that compares readers of the same text.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>

namespace clerk::bench {

// Measures nothing unless `answers_agree`.
inline int run_benchmarks(int argc, char** argv, bool answers_agree) {
    if (!answers_agree) {
        std::cerr << "the libraries do not agree about the page\n";
        return EXIT_FAILURE;
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
    benchmark::RunSpecifiedBenchmarks();
    return EXIT_SUCCESS;
}

}  // namespace clerk::bench

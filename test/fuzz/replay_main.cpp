// replay DIRECTORY...: runs the target over every file of the directories, without a fuzzer.
#include "fuzz/target.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; ++i) {
        for (auto const& entry : std::filesystem::directory_iterator{argv[i]}) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (auto const& path : files) {
        // The last name before an abort is the failing file.
        std::printf("%s\n", path.string().c_str());
        std::fflush(stdout);
        std::ifstream file{path, std::ios::binary};
        if (!file.is_open()) return 1;
        clerk::fuzz::run(std::string{std::istreambuf_iterator<char>{file}, {}});
    }
    std::printf("%zu inputs\n", files.size());
    return files.empty() ? 1 : 0;
}

// A directory for one test.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace clerk_orgs_test {

class Directory {
public:
    Directory() {
        std::filesystem::path const parent = std::filesystem::temp_directory_path();
        do {
            path_ = parent / ("clerk-orgs-test-" + std::to_string(std::random_device{}()));
        } while (!std::filesystem::create_directory(path_));
    }
    Directory(Directory const&) = delete;
    Directory& operator=(Directory const&) = delete;
    ~Directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::filesystem::path const& path() const noexcept { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

    void write(std::string_view name, std::string_view text) const {
        std::ofstream{*this / name, std::ios::binary} << text;
    }
    [[nodiscard]] std::string read(std::string_view name) const {
        std::ifstream file{*this / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    /// The names of all files, sorted and joined by blanks.
    [[nodiscard]] std::string names() const {
        std::vector<std::string> found;
        for (auto const& entry : std::filesystem::directory_iterator{path_})
            found.push_back(entry.path().filename().string());
        std::sort(found.begin(), found.end());
        std::string joined;
        for (std::string const& name : found) joined += (joined.empty() ? "" : " ") + name;
        return joined;
    }

private:
    std::filesystem::path path_{};
};

}  // namespace clerk_orgs_test

#include <clerk/organization.hpp>

#include <utility>

namespace clerk {

LogoFile LogoFile::from_path(std::filesystem::path path) {
    LogoFile file;
    file.path_ = std::move(path);
    return file;
}

LogoFile LogoFile::from_memory(std::string bytes, std::string filename) {
    LogoFile file;
    file.bytes_ = std::move(bytes);
    file.filename_ = std::move(filename);
    return file;
}

}  // namespace clerk

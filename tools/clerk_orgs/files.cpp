#include "files.hpp"

#include "output.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace clerk_orgs {
namespace {

namespace fs = std::filesystem;

constexpr mode_t only_the_user = S_IRUSR | S_IWUSR;
constexpr mode_t permissions = S_IRWXU | S_IRWXG | S_IRWXO;

[[noreturn]] void cannot_write(fs::path const& path, std::string const& why) {
    throw OutputError{"cannot write '" + path.string() + "': " + why};
}
[[noreturn]] void cannot_write(fs::path const& path, int error) {
    cannot_write(path, std::generic_category().message(error));
}

/// Owns a file descriptor until it becomes a stream.
class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_{number} {}
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const noexcept { return number_; }
    std::FILE* to_stream(fs::path const& path) {
        std::FILE* const stream = ::fdopen(number_, "a+b");
        if (stream == nullptr) cannot_write(path, errno);
        number_ = -1;
        return stream;
    }

private:
    int number_;
};

FileIdentity to_identity(struct stat const& status) {
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino), {}};
}

bool names(fs::path const& path, struct stat const& held) {
    struct stat named{};
    return ::lstat(path.c_str(), &named) == 0 && to_identity(named) == to_identity(held);
}

constexpr int exclusive_flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

int create(fs::path const& path) { return ::open(path.c_str(), exclusive_flags | O_CREAT | O_EXCL, only_the_user); }

void check_that_it_is_ours(fs::path const& path, struct stat const& held) {
    if (!S_ISREG(held.st_mode)) cannot_write(path, "it is not a regular file");
    if (held.st_nlink > 1) cannot_write(path, "it is also another file's name; remove it");
    if (held.st_uid != ::geteuid()) cannot_write(path, "it belongs to another user; remove it");
}

}  // namespace

fs::path follow_links(fs::path path) {
    constexpr int most_links = 40;
    std::error_code error;
    for (int links = 0; links != most_links; ++links) {
        fs::path const target = fs::read_symlink(path, error);
        if (error) break;
        path = target.is_absolute() ? target : path.parent_path() / target;
    }
    return path;
}

std::optional<FileIdentity> identity_of(fs::path const& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0) {
        if (!S_ISREG(status.st_mode)) return std::nullopt;
        return to_identity(status);
    }
    fs::path const target = follow_links(path);
    fs::path const directory = target.has_parent_path() ? target.parent_path() : fs::path{"."};
    if (::stat(directory.c_str(), &status) != 0) return std::nullopt;
    FileIdentity identity = to_identity(status);
    identity.name = target.filename().string();
    return identity;
}

std::optional<FileIdentity> identity_of(std::FILE* stream) {
    struct stat status{};
    if (::fstat(::fileno(stream), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return to_identity(status);
}

std::FILE* open_exclusively(fs::path const& path, IfMissing if_missing) {
    constexpr int most_attempts = 100;
    for (int attempt = 0; attempt != most_attempts; ++attempt) {
        Descriptor file{if_missing == IfMissing::create ? create(path) : -1};
        bool const created = file.number() >= 0;
        if (if_missing == IfMissing::create && !created && errno != EEXIST) cannot_write(path, errno);
        Descriptor existing{created ? -1 : ::open(path.c_str(), exclusive_flags)};
        if (!created && existing.number() < 0) {
            if (errno == ENOENT && if_missing == IfMissing::create) continue;  // just renamed or removed
            if (errno == ELOOP) cannot_write(path, "it is a link; remove it");
            cannot_write(path, errno);
        }
        Descriptor& held = created ? file : existing;
        // EWOULDBLOCK: locked. Any other error: the file system has no locks, and no other process is excluded.
        if (::flock(held.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            cannot_write(path, "another process is writing it");
        }
        struct stat status{};
        if (::fstat(held.number(), &status) != 0) cannot_write(path, errno);
        // The previous holder of the lock may have renamed the file: then it is a different one, and nothing has been
        // changed.
        if (!names(path, status)) continue;
        if (!created) check_that_it_is_ours(path, status);
        if (::fchmod(held.number(), only_the_user) != 0) cannot_write(path, errno);
        return held.to_stream(path);
    }
    cannot_write(path, "other processes create and rename it all the time");
}

std::FILE* create_anew(fs::path const& path) {
    constexpr int most_attempts = 100;
    for (int attempt = 0; attempt != most_attempts; ++attempt) {
        Descriptor file{create(path)};
        if (file.number() >= 0) return file.to_stream(path);
        if (errno != EEXIST) break;
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) break;
        errno = EEXIST;
    }
    cannot_write(path, errno);
}

bool is_named(std::FILE* stream, fs::path const& path) {
    struct stat held{};
    return ::fstat(::fileno(stream), &held) == 0 && names(path, held);
}

void rename_over(std::FILE* stream, fs::path const& from, fs::path const& to) {
    int const file = ::fileno(stream);
    struct stat replaced{};
    if (::stat(to.c_str(), &replaced) == 0) {
        mode_t mode = replaced.st_mode & permissions;
        // Not every user may change the owner of a file. If the group cannot be set, it gets no permissions.
        bool const kept = ::fchown(file, replaced.st_uid, replaced.st_gid) == 0 ||
                          ::fchown(file, static_cast<uid_t>(-1), replaced.st_gid) == 0;
        if (!kept) mode &= ~static_cast<mode_t>(S_IRWXG);
        if (::fchmod(file, mode) != 0) cannot_write(from, errno);
    }
    if (std::rename(from.c_str(), to.c_str()) != 0) {
        throw OutputError{"cannot rename '" + from.string() + "' to '" + to.string() +
                          "': " + std::generic_category().message(errno)};
    }
    fs::path const directory = to.has_parent_path() ? to.parent_path() : fs::path{"."};
    Descriptor const opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened.number() >= 0) ::fsync(opened.number());  // not every file system supports it
}

bool read_at(std::FILE* stream, std::uint64_t offset, char* out, std::size_t size) {
    while (size != 0) {
        ssize_t const count = ::pread(::fileno(stream), out, size, static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        out += count;
        offset += static_cast<std::uint64_t>(count);
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

void replace_file(fs::path const& path, std::string_view text) {
    std::error_code ignored;
    fs::file_status const status = fs::status(path, ignored);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        LineWriter writer = LineWriter::file(path);
        writer.buffer() = text;
        writer.close();
        return;
    }
    fs::path const target = follow_links(path);
    fs::path next{target};
    next += ".new";
    LineWriter writer = LineWriter::of(create_anew(next), next);
    try {
        writer.buffer() = text;
        writer.sync();
        rename_over(writer.stream(), next, target);
    } catch (OutputError const&) {
        fs::remove(next, ignored);
        throw;
    }
    writer.close();
}

}  // namespace clerk_orgs

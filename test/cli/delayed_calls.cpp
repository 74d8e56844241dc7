// Preloaded into a program: delays file system calls by a random time of up to 20 ms, before and after, so that rare
// races occur often.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

void delay() {
    static thread_local unsigned state = static_cast<unsigned>(::getpid()) * 2654435761U;
    state = state * 1664525U + 1013904223U;
    constexpr unsigned longest = 20'000;  // µs
    if ((state >> 28U) < 8) ::usleep((state >> 8U) % longest);
}

template <class Function, class... Arguments>
auto delayed(char const* name, Function*, Arguments... arguments) {
    static auto* const real = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
    delay();
    auto const result = real(arguments...);
    int const error = errno;
    delay();
    errno = error;
    return result;
}

}  // namespace

extern "C" {

int open(char const* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t const mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    using Open = int(char const*, int, ...);
    static auto* const real = reinterpret_cast<Open*>(::dlsym(RTLD_NEXT, "open"));
    delay();
    int const result = real(path, flags, mode);
    int const error = errno;
    delay();
    errno = error;
    return result;
}
int flock(int file, int operation) noexcept { return delayed<int(int, int)>("flock", nullptr, file, operation); }
int ftruncate(int file, off_t length) noexcept { return delayed<int(int, off_t)>("ftruncate", nullptr, file, length); }
int rename(char const* from, char const* to) noexcept {
    return delayed<int(char const*, char const*)>("rename", nullptr, from, to);
}
int unlink(char const* path) noexcept { return delayed<int(char const*)>("unlink", nullptr, path); }
int remove(char const* path) noexcept { return delayed<int(char const*)>("remove", nullptr, path); }
int fstat(int file, struct stat* status) noexcept {
    return delayed<int(int, struct stat*)>("fstat", nullptr, file, status);
}
int stat(char const* path, struct stat* status) noexcept {
    return delayed<int(char const*, struct stat*)>("stat", nullptr, path, status);
}
int lstat(char const* path, struct stat* status) noexcept {
    return delayed<int(char const*, struct stat*)>("lstat", nullptr, path, status);
}
int fchmod(int file, mode_t mode) noexcept { return delayed<int(int, mode_t)>("fchmod", nullptr, file, mode); }
int fsync(int file) { return delayed<int(int)>("fsync", nullptr, file); }
ssize_t pread(int file, void* into, size_t size, off_t offset) {
    return delayed<ssize_t(int, void*, size_t, off_t)>("pread", nullptr, file, into, size, offset);
}
size_t fwrite(void const* from, size_t size, size_t count, std::FILE* stream) {
    return delayed<size_t(void const*, size_t, size_t, std::FILE*)>("fwrite", nullptr, from, size, count, stream);
}
int fclose(std::FILE* stream) { return delayed<int(std::FILE*)>("fclose", nullptr, stream); }
std::FILE* fopen(char const* path, char const* mode) {
    return delayed<std::FILE*(char const*, char const*)>("fopen", nullptr, path, mode);
}

}  // extern "C"

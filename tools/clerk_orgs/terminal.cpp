#include "terminal.hpp"

#ifdef _WIN32
#define NOMINMAX
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#endif

namespace clerk_orgs {
namespace {

constexpr std::size_t usual_width = 80;

}  // namespace

#ifdef _WIN32

bool is_terminal(std::FILE* stream) { return ::_isatty(::_fileno(stream)) != 0; }

std::size_t terminal_width(std::FILE* stream) {
    CONSOLE_SCREEN_BUFFER_INFO info{};
    auto const handle = reinterpret_cast<HANDLE>(::_get_osfhandle(::_fileno(stream)));
    if (::GetConsoleScreenBufferInfo(handle, &info) == 0) return usual_width;
    return static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
}

bool lock_alone(std::FILE* stream) {
    auto const handle = reinterpret_cast<HANDLE>(::_get_osfhandle(::_fileno(stream)));
    OVERLAPPED behind_everything{};
    behind_everything.OffsetHigh = MAXLONG;
    return ::LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &behind_everything) != 0;
}

bool truncate_to(std::FILE* stream, std::uint64_t length) {
    return ::_chsize_s(::_fileno(stream), static_cast<std::int64_t>(length)) == 0;
}

bool sync_to_disk(std::FILE* stream) { return ::_commit(::_fileno(stream)) == 0; }

void write_bytes_unchanged(std::FILE* stream) { ::_setmode(::_fileno(stream), _O_BINARY); }

void guard_standard_streams() {}

#else

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) != 0; }

std::size_t terminal_width(std::FILE* stream) {
    winsize size{};
    return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : usual_width;
}

bool lock_alone(std::FILE* stream) { return ::flock(::fileno(stream), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

bool truncate_to(std::FILE* stream, std::uint64_t length) {
    return ::ftruncate(::fileno(stream), static_cast<off_t>(length)) == 0;
}

bool sync_to_disk(std::FILE* stream) { return ::fsync(::fileno(stream)) == 0; }

void write_bytes_unchanged(std::FILE*) {}

void guard_standard_streams() {
    std::signal(SIGPIPE, SIG_IGN);
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        // The lowest free number is the one that is closed; reading only, so that a write still fails.
        if (::fcntl(stream, F_GETFD) == -1) static_cast<void>(::open("/dev/null", O_RDONLY));
    }
}

#endif

}  // namespace clerk_orgs

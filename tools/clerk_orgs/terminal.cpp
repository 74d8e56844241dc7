#include "terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace clerk_orgs {

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) != 0; }

std::size_t terminal_width(std::FILE* stream) {
    constexpr std::size_t usual_width = 80;
    winsize size{};
    return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : usual_width;
}

bool truncate_to(std::FILE* stream, std::uint64_t length) {
    return ::ftruncate(::fileno(stream), static_cast<off_t>(length)) == 0;
}

bool sync_to_disk(std::FILE* stream) {
    return ::fsync(::fileno(stream)) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

void guard_standard_streams() {
    std::signal(SIGPIPE, SIG_IGN);
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        // open() returns the lowest free number, which is the closed stream. Opened for reading only, so that a write
        // still fails.
        if (::fcntl(stream, F_GETFD) == -1) static_cast<void>(::open("/dev/null", O_RDONLY));
    }
}

}  // namespace clerk_orgs

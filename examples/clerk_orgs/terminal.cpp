#include "terminal.hpp"

#ifdef _WIN32
#define NOMINMAX
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <sys/ioctl.h>
#include <unistd.h>

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

void write_bytes_unchanged(std::FILE* stream) { ::_setmode(::_fileno(stream), _O_BINARY); }

void report_closed_pipes() {}

#else

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) != 0; }

std::size_t terminal_width(std::FILE* stream) {
    winsize size{};
    return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : usual_width;
}

void write_bytes_unchanged(std::FILE*) {}

void report_closed_pipes() { std::signal(SIGPIPE, SIG_IGN); }

#endif

}  // namespace clerk_orgs

// TLS sessions of one origin, so that a new connection resumes one instead of shaking hands in full (RFC 8446
// section 2.2). Any thread may use it.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <ctime>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace clerk::transport {

struct SessionDeleter {
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
};
using SessionPtr = std::unique_ptr<SSL_SESSION, SessionDeleter>;

class SessionCache {
public:
    struct Time {
        std::chrono::seconds steady{};  // for durations
        std::time_t wall{};             // for certificates
    };
    using Clock = std::function<Time()>;
    [[nodiscard]] static Time system_time();

    // Certificates are checked in full handshakes only, so a chain of resumptions ends after this time.
    static constexpr std::chrono::seconds longest_chain{3600};
    static constexpr std::size_t capacity = 32;

    // Keeps the sessions of every connection that is made from `context`, unless that has SSL_SESS_CACHE_OFF. The cache
    // outlives those connections.
    explicit SessionCache(SSL_CTX* context, Clock clock = &system_time);
    SessionCache(SessionCache const&) = delete;
    SessionCache& operator=(SessionCache const&) = delete;

    // The session for the next handshake; null when there is none. Each is used once while there are others, because a
    // ticket that is used again lets an eavesdropper link the connections (RFC 8446 appendix C.4).
    [[nodiscard]] SessionPtr take();
    // A handshake failed: the cached sessions may be the cause, and are dropped.
    void clear();

private:
    static int on_new_session(SSL* ssl, SSL_SESSION* session);
    void keep(SessionPtr session);

    Clock clock_;
    std::mutex mutex_{};
    std::deque<SessionPtr> sessions_{};  // newest last
};

}  // namespace clerk::transport

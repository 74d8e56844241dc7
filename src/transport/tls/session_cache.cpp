#include "transport/tls/session_cache.hpp"

#include "base/clock.hpp"

#include <openssl/x509.h>

#include <cstdint>
#include <utility>

namespace clerk::transport {

namespace {

using std::chrono::seconds;

int cache_index() {
    static int const index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// When the certificate of a session was verified. OpenSSL copies it from a session to the sessions that result from its
// resumption.
int verified_index() {
    static int const index = SSL_SESSION_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// 0 means unknown.
std::intptr_t verified_at(SSL_SESSION const* session) {
    return reinterpret_cast<std::intptr_t>(SSL_SESSION_get_ex_data(session, verified_index()));
}
std::intptr_t stamp(SessionCache::Time const& now) { return static_cast<std::intptr_t>(now.steady.count()) + 1; }

bool has_expired(X509 const* certificate, std::time_t now) {
    return certificate != nullptr && X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0;
}

bool usable(SSL_SESSION* session, SessionCache::Time const& now) {
    return SSL_SESSION_is_resumable(session) == 1 &&
           stamp(now) - verified_at(session) < SessionCache::longest_chain.count() &&
           !has_expired(SSL_SESSION_get0_peer(session), now.wall);
}

}  // namespace

SessionCache::Time SessionCache::system_time() {
    auto const steady = base::Clock::now().time_since_epoch();
    return {std::chrono::duration_cast<seconds>(steady), std::time(nullptr)};
}

SessionCache::SessionCache(SSL_CTX* context, Clock clock) : clock_{std::move(clock)} {
    if (SSL_CTX_get_session_cache_mode(context) == SSL_SESS_CACHE_OFF) return;
    SSL_CTX_set_ex_data(context, cache_index(), this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &SessionCache::on_new_session);
}

int SessionCache::on_new_session(SSL* ssl, SSL_SESSION* session) {
    auto* const cache = static_cast<SessionCache*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), cache_index()));
    if (cache == nullptr) return 0;
    if (verified_at(session) == 0) {
        SSL_SESSION_set_ex_data(session, verified_index(), reinterpret_cast<void*>(stamp(cache->clock_())));
    }
    // A copy: OpenSSL marks the original unusable when its connection ends without a close_notify.
    if (SessionPtr copy{SSL_SESSION_dup(session)}) cache->keep(std::move(copy));
    return 0;
}

void SessionCache::keep(SessionPtr session) {
    SessionPtr dropped;  // freed after the lock is released
    std::lock_guard const lock{mutex_};
    sessions_.push_back(std::move(session));
    if (sessions_.size() <= capacity) return;
    dropped = std::move(sessions_.front());
    sessions_.pop_front();
}

SessionPtr SessionCache::take() {
    Time const now = clock_();
    std::deque<SessionPtr> dropped;  // freed after the lock is released
    std::lock_guard const lock{mutex_};
    while (!sessions_.empty()) {
        SessionPtr session = std::move(sessions_.back());
        sessions_.pop_back();
        if (!usable(session.get(), now)) {
            dropped.push_back(std::move(session));
            continue;
        }
        // A copy: connections in other threads write to theirs.
        if (sessions_.empty()) {
            if (SessionPtr copy{SSL_SESSION_dup(session.get())}) sessions_.push_back(std::move(copy));
        }
        return session;
    }
    return nullptr;
}

void SessionCache::clear() {
    std::deque<SessionPtr> dropped;  // freed after the lock is released
    std::lock_guard const lock{mutex_};
    std::swap(dropped, sessions_);
}

}  // namespace clerk::transport

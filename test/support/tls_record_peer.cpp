#include "support/tls_record_peer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace clerk::test {

namespace asio = boost::asio;

namespace {

constexpr std::size_t key_size = 16;
constexpr std::size_t iv_size = 12;
constexpr std::size_t tag_size = 16;

unsigned char const* bytes_of(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }

std::string number(std::uint64_t value, std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = size; i-- > 0; value >>= 8U) out[i] = static_cast<char>(value & 0xFFU);
    return out;
}

std::string hmac(std::string_view key, std::string_view data) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(), out.data(), &size);
    return {reinterpret_cast<char const*>(out.data()), size};
}

// HKDF-Expand-Label (RFC 8446 section 7.1), for at most one block of the hash.
std::string expand(std::string_view secret, std::string_view label, std::size_t size) {
    std::string const full = "tls13 " + std::string{label};
    return hmac(secret, number(size, 2) + number(full.size(), 1) + full + number(0, 1) + '\1').substr(0, size);
}

// RFC 5246 section 5.
std::string prf(std::string_view secret, std::string const& seed, std::size_t size) {
    std::string out;
    for (std::string a = hmac(secret, seed); out.size() < size; a = hmac(secret, a)) out += hmac(secret, a + seed);
    return out.substr(0, size);
}

std::string encrypt(std::string_view key, std::string_view nonce, std::string_view aad, std::string_view plain) {
    std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> const context{EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free};
    std::string out(plain.size() + tag_size, '\0');
    auto* const to = reinterpret_cast<unsigned char*>(out.data());
    int n{};
    EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key), bytes_of(nonce));
    EVP_EncryptUpdate(context.get(), nullptr, &n, bytes_of(aad), static_cast<int>(aad.size()));
    EVP_EncryptUpdate(context.get(), to, &n, bytes_of(plain), static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(context.get(), to + plain.size(), &n);
    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size, to + plain.size());
    return out;
}

// The socket; appends bytes to the server's last handshake message.
struct Layer {
    using lowest_layer_type = TcpServer::Socket::lowest_layer_type;
    using executor_type = TcpServer::Socket::executor_type;

    executor_type get_executor() { return socket.get_executor(); }
    lowest_layer_type& lowest_layer() { return socket.lowest_layer(); }
    template <class Buffers>
    std::size_t read_some(Buffers const& buffers, boost::system::error_code& ec) {
        return socket.read_some(buffers, ec);
    }
    template <class Buffers>
    std::size_t write_some(Buffers const& buffers, boost::system::error_code& ec) {
        std::string bytes(asio::buffer_size(buffers), '\0');
        asio::buffer_copy(asio::buffer(bytes), buffers);
        std::size_t const size = bytes.size();
        if (has_keys && behind) bytes += std::exchange(behind, {})();
        asio::write(socket, asio::buffer(bytes), ec);
        return size;
    }

    TcpServer::Socket& socket;
    std::function<std::string()> behind{};
    bool has_keys{};
};

}  // namespace

struct TlsRecordPeer::Impl {
    Impl(TcpServer::Socket& socket, Issued const& identity, Version version)
        : is_tls_1_3{version == Version::tls_1_3}, context{make_context(identity, is_tls_1_3)}, layer{socket} {
        SSL_set_ex_data(stream.native_handle(), index(), this);
    }

    static asio::ssl::context make_context(Issued const& identity, bool is_tls_1_3) {
        asio::ssl::context context{asio::ssl::context::tls_server};
        SSL_CTX* const native = context.native_handle();
        SSL_CTX_set_min_proto_version(native, is_tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
        SSL_CTX_set_max_proto_version(native, is_tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
        SSL_CTX_set_ciphersuites(native, "TLS_AES_128_GCM_SHA256");
        SSL_CTX_set_cipher_list(native, "ECDHE-ECDSA-AES128-GCM-SHA256");
        SSL_CTX_set_num_tickets(native, 0);
        SSL_CTX_set_keylog_callback(native, &Impl::on_key);
        context.use_certificate(asio::buffer(identity.certificate_pem), asio::ssl::context::pem);
        context.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
        return context;
    }

    static int index() {
        static int const own = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
        return own;
    }

    // "SERVER_TRAFFIC_SECRET_0 <client random> <secret>"
    static void on_key(SSL const* ssl, char const* line) {
        std::string_view const text{line};
        if (!text.starts_with("SERVER_TRAFFIC_SECRET_0 ")) return;
        std::string secret;
        std::string_view const hex = text.substr(text.rfind(' ') + 1);
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
            secret += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
        }
        static_cast<Impl*>(SSL_get_ex_data(ssl, index()))->use(std::move(secret));
    }

    void use(std::string traffic_secret) {
        secret = std::move(traffic_secret);
        key = expand(secret, "key", key_size);
        iv = expand(secret, "iv", iv_size);
        sequence = 0;
        layer.has_keys = true;
    }
    void use_master_key() {
        SSL* const ssl = stream.native_handle();
        std::string master(SSL_MAX_MASTER_KEY_LENGTH, '\0');
        std::string seed(2 * SSL3_RANDOM_SIZE, '\0');
        auto* const to = reinterpret_cast<unsigned char*>(seed.data());
        SSL_SESSION_get_master_key(SSL_get_session(ssl), reinterpret_cast<unsigned char*>(master.data()),
                                   master.size());
        SSL_get_server_random(ssl, to, SSL3_RANDOM_SIZE);
        SSL_get_client_random(ssl, to + SSL3_RANDOM_SIZE, SSL3_RANDOM_SIZE);
        constexpr std::size_t salt_size = 4;
        std::string const keys = prf(master, "key expansion" + seed, 2 * key_size + 2 * salt_size);
        key = keys.substr(key_size, key_size);
        iv = keys.substr(2 * key_size + salt_size, salt_size);
        sequence = 1;  // after Finished
    }

    bool is_tls_1_3;
    asio::ssl::context context;
    Layer layer;
    asio::ssl::stream<Layer&> stream{layer, context};
    std::string secret{};
    std::string key{};
    std::string iv{};
    std::uint64_t sequence{};
    std::string received{};
};

TlsRecordPeer::TlsRecordPeer(TcpServer::Socket& socket, Issued const& identity, Version version)
    : impl_{std::make_unique<Impl>(socket, identity, version)} {}
TlsRecordPeer::~TlsRecordPeer() = default;

bool TlsRecordPeer::handshake(std::function<std::string()> behind_finished) {
    impl_->layer.behind = std::move(behind_finished);
    boost::system::error_code ec;
    impl_->stream.handshake(asio::ssl::stream_base::server, ec);
    if (!ec && !impl_->is_tls_1_3) impl_->use_master_key();
    return !ec;
}

std::string TlsRecordPeer::read_head() {
    std::string& received = impl_->received;
    std::array<char, 4096> bytes;
    boost::system::error_code ec;
    while (received.find("\r\n\r\n") == std::string::npos && !ec) {
        received.append(bytes.data(), impl_->stream.read_some(asio::buffer(bytes), ec));
    }
    return ec ? std::string{} : std::exchange(received, {});
}

bool TlsRecordPeer::read(std::size_t bytes) {
    std::vector<char> buffer(bytes);
    boost::system::error_code ec;
    asio::read(impl_->stream, asio::buffer(buffer), ec);
    return !ec;
}

std::string TlsRecordPeer::seal(TlsRecord type, std::string_view content) {
    Impl& self = *impl_;
    std::string const version = "\3\3";
    std::string const counted = number(self.sequence++, 8);
    std::string const outer(1, static_cast<char>(self.is_tls_1_3 ? TlsRecord::application_data : type));
    if (self.is_tls_1_3) {
        std::string nonce = self.iv;
        for (std::size_t i = 0; i < counted.size(); ++i) {
            char& byte = nonce[nonce.size() - counted.size() + i];
            byte = static_cast<char>(byte ^ counted[i]);
        }
        std::string const header = outer + version + number(content.size() + 1 + tag_size, 2);
        return header + encrypt(self.key, nonce, header, std::string{content} + static_cast<char>(type));
    }
    std::string const aad = counted + outer + version + number(content.size(), 2);
    std::string const sealed = counted + encrypt(self.key, self.iv + counted, aad, content);
    return outer + version + number(sealed.size(), 2) + sealed;
}

std::string TlsRecordPeer::seal_key_update(bool asks_for_answer) {
    std::string record = seal(TlsRecord::handshake, std::string{"\x18\0\0\1", 4} + number(asks_for_answer ? 1 : 0, 1));
    impl_->use(expand(impl_->secret, "traffic upd", impl_->secret.size()));
    return record;
}

std::string TlsRecordPeer::ticket(std::size_t size) {
    std::string const body = number(3600, 4) + number(0, 4) + number(0, 1) + number(size, 2) + std::string(size, 't') +
                             number(0, 2);  // lifetime, age, nonce, ticket, extensions
    return "\4" + number(body.size(), 3) + body;
}

bool TlsRecordPeer::send(std::string_view bytes) {
    boost::system::error_code ec;
    asio::write(impl_->layer.socket, asio::buffer(bytes), ec);
    return !ec;
}

}  // namespace clerk::test

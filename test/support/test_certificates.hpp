// Certificates with a single defect, made in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace clerk::test {

struct CertificateOptions {
    std::string common_name{"localhost"};
    std::string alternative_names{"DNS:localhost,IP:127.0.0.1,IP:::1"};  // empty: none
    std::string extended_usage{"serverAuth"};
    long begins_in_days{-1};
    long ends_in_days{30};
    int rsa_bits{};      // 0: ECDSA P-256
    bool self_signed{};  // not signed by the authority
};

struct Issued {
    std::string certificate_pem{};
    std::string key_pem{};
    long serial{};
};

class Authority {
public:
    // Issued by `root`; null: a root itself.
    explicit Authority(Authority const* root = nullptr);
    ~Authority();
    Authority(Authority const&) = delete;
    Authority& operator=(Authority const&) = delete;

    [[nodiscard]] std::string pem() const;
    [[nodiscard]] Issued issue(CertificateOptions const& options = {});
    // A revocation list that is valid for a day.
    [[nodiscard]] std::string crl_pem(std::vector<long> const& revoked) const;
    // The file name that `openssl rehash` gives to the authority's certificate.
    [[nodiscard]] std::string hashed_name() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace clerk::test

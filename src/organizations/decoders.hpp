// Response bodies straight into the public types: a SAX parser fed from the read buffer, never a tree.
#pragma once

#include <clerk/organization.hpp>

#include "http/body_sink.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace clerk::organizations {

// Decodes one response body into a T: Organization, OrganizationWithLogo, DeletedObject or Organizations.
//
// Unknown members and metadata are kept as compact JSON text. Of duplicate members the last one counts. A member of the
// wrong type fails the body with its JSON path; within a page it fails only its item (Organizations::undecoded), and so
// do nesting too deep and strings that are not valid.
template <class T>
class Decoder final : public http::BodySink {
public:
    // `max_depth` counts nested objects and arrays; `reserve` is how many items a page is expected to hold.
    explicit Decoder(std::size_t max_depth, std::size_t reserve = 0);
    ~Decoder() override;

    void reset() override;
    bool write(std::string_view piece) override;
    bool finish() override;
    [[nodiscard]] http::BodyFailure const& failure() const noexcept override;

    // The value, to be moved from where it lies. Precondition: finish() returned true.
    [[nodiscard]] T&& take() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;  // apart, so that the coroutine that owns this has a small frame
};

extern template class Decoder<Organization>;
extern template class Decoder<OrganizationWithLogo>;
extern template class Decoder<DeletedObject>;
extern template class Decoder<Organizations>;

}  // namespace clerk::organizations

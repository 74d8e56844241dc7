#include "peers/decoders/page_decoder.hpp"

#include <stdexcept>

namespace clerk_bench {

std::unique_ptr<Decoder> make_decoder(Options const& options) {
    bool const pages = expects_page(options);
    if (options.decode == "none") return nullptr;
    if (options.decode == "boost-json") return make_boost_json_decoder(pages);
    if (options.decode == "nlohmann") return make_nlohmann_decoder(pages);
    if (options.decode == "simdjson") return make_simdjson_decoder(pages);
    throw std::invalid_argument{"--decode: unknown"};
}

}  // namespace clerk_bench

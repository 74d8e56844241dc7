// Decodes a page of 500 organizations into structs: this library's decoder and common JSON libraries.
//
// Every peer fills clerk::Organization from the same bytes, copies its strings out and validates UTF-8. The others get
// the whole page in one piece, which a client would first have to assemble; this decoder gets it in pieces of a read
// buffer, as from the wire. Metadata is kept as text, or (…_objects) built into the library's own tree. Allocations are
// counted too. All results are compared before anything is measured.
#include "compared_readers.hpp"
#include "organization_page.hpp"

#include "api/organizations/organization_codec.hpp"
#include "api/organizations/organization_descriptions.hpp"

#include <boost/json.hpp>

#include <benchmark/benchmark.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

std::size_t allocations = 0;

}  // namespace

// NOLINTBEGIN: replaces the global operators to count allocations.
void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND

namespace {

using clerk::Metadata;
using clerk::Organization;
using clerk::Organizations;
using clerk::Timestamp;

using Field = std::size_t;
constexpr Field find_field(std::string_view name) noexcept { return clerk::api::find_member<Organization>(name); }
constexpr Field public_metadata = find_field("public_metadata");
constexpr Field private_metadata = find_field("private_metadata");

constexpr std::size_t page_size = 500;
constexpr std::size_t read_buffer = 16 * 1024;
constexpr std::size_t max_depth = 64;

// A page whose metadata is a tree of the JSON library that decoded it.
template <class Tree>
struct PageOfTrees {
    Organizations page{};
    std::vector<std::pair<Tree, Tree>> metadata{};

    PageOfTrees() {
        page.data.reserve(page_size);
        metadata.reserve(page_size);
    }
    Tree& tree(Field field) { return field == public_metadata ? metadata.back().first : metadata.back().second; }
};

Organizations empty_page() {
    Organizations page;
    page.data.reserve(page_size);
    return page;
}

void ensure(bool condition) {
    if (!condition) throw std::runtime_error{"the page is not as it should be"};
}

// Stores a member through a Reader that knows one JSON library: get<T>(value) for std::string, bool and std::int64_t,
// and is_null(value).
template <class Reader, class Value>
void store(Organization& organization, Field field, Value&& value) {
    if (Reader::is_null(value)) return;
    clerk::api::visit_member<Organization>(field, [&]<std::size_t index>() {
        auto& member = organization.*clerk::api::member_at<Organization, index>.pointer;
        using T = std::remove_reference_t<decltype(member)>;
        if constexpr (std::is_same_v<T, Metadata>) {
            member = Metadata::from_valid_text(Reader::text(value));
        } else if constexpr (std::is_same_v<T, std::optional<Timestamp>>) {
            member = Timestamp{std::chrono::milliseconds{Reader::template get<std::int64_t>(value)}};
        } else if constexpr (std::is_same_v<T, std::string>) {
            member = Reader::template get<std::string>(value);
        } else {
            member = Reader::template get<typename T::value_type>(value);
        }
    });
}

constexpr bool is_metadata(Field field) noexcept { return field == public_metadata || field == private_metadata; }

// --- This library -----------------------------------------------------------------------------------------------

Organizations read_with_clerk(std::string_view text) {
    clerk::api::Decoder<Organizations> decoder{max_depth, page_size};
    while (!text.empty()) {
        std::string_view const piece = text.substr(0, read_buffer);
        ensure(decoder.write(piece));
        text.remove_prefix(piece.size());
    }
    ensure(decoder.finish());
    return decoder.take();
}

PageOfTrees<boost::json::object> read_trees_with_clerk(std::string_view text) {
    PageOfTrees<boost::json::object> result;
    result.page = read_with_clerk(text);
    for (Organization const& organization : result.page) {
        result.metadata.emplace_back(organization.public_metadata.object(), organization.private_metadata.object());
    }
    return result;
}

// --- simdjson on demand -----------------------------------------------------------------------------------------

namespace ondemand = simdjson::ondemand;

struct SimdjsonReader {
    static bool is_null(ondemand::value& value) { return value.is_null(); }
    template <class T>
    static T get(ondemand::value& value) {
        if constexpr (std::is_same_v<T, std::string>) {
            return std::string{value.get_string().value()};
        } else if constexpr (std::is_same_v<T, bool>) {
            return value.get_bool();
        } else {
            return value.get_int64();
        }
    }
    static std::string text(ondemand::value& value) {
        return std::string{value.get_object().value().raw_json().value()};
    }

    static boost::json::string_view view(std::string_view text) { return {text.data(), text.size()}; }
    static boost::json::value tree(ondemand::value value) {
        switch (value.type()) {
            case ondemand::json_type::object:
                return object(value);
            case ondemand::json_type::array: {
                boost::json::array array;
                for (ondemand::value element : value.get_array()) array.push_back(tree(element));
                return array;
            }
            case ondemand::json_type::string:
                return boost::json::string(view(value.get_string()));
            case ondemand::json_type::boolean:
                return value.get_bool().value();
            case ondemand::json_type::number: {
                ondemand::number const number = value.get_number();
                if (number.is_int64()) return number.get_int64();
                if (number.is_uint64()) return number.get_uint64();
                return number.get_double();
            }
            case ondemand::json_type::null:
                break;
        }
        return nullptr;
    }
    static boost::json::object object(ondemand::value& value) {
        boost::json::object object;
        for (auto member : value.get_object()) object.emplace(view(member.unescaped_key()), tree(member.value()));
        return object;
    }
};

// Calls visit(organization, field, value) for every member of every item.
template <class Visit>
void walk_simdjson(ondemand::parser& parser, simdjson::padded_string const& text, Organizations& page, Visit visit) {
    ondemand::document document = parser.iterate(text);
    for (auto member : document.get_object()) {
        std::string_view const name = member.unescaped_key();
        if (name == "data") {
            for (ondemand::object item : member.value().get_array()) {
                Organization& organization = page.data.emplace_back();
                for (auto part : item) {
                    ondemand::value value = part.value();
                    visit(organization, find_field(part.unescaped_key()), value);
                }
            }
        } else if (name == "total_count") {
            page.total_count = member.value().get_int64();
        }
    }
}

Organizations read_with_simdjson(ondemand::parser& parser, simdjson::padded_string const& text) {
    Organizations page = empty_page();
    walk_simdjson(parser, text, page, [](Organization& organization, Field field, ondemand::value& value) {
        store<SimdjsonReader>(organization, field, value);
    });
    return page;
}

PageOfTrees<boost::json::object> read_trees_with_simdjson(ondemand::parser& parser,
                                                          simdjson::padded_string const& text) {
    PageOfTrees<boost::json::object> result;
    walk_simdjson(parser, text, result.page, [&](Organization& organization, Field field, ondemand::value& value) {
        if (result.metadata.size() != result.page.size()) result.metadata.emplace_back();
        if (is_metadata(field)) {
            result.tree(field) = SimdjsonReader::object(value);
        } else {
            store<SimdjsonReader>(organization, field, value);
        }
    });
    return result;
}

// --- Trees: Boost.JSON, rapidjson, nlohmann ---------------------------------------------------------------------

struct BoostReader {
    static bool is_null(boost::json::value const& value) { return value.is_null(); }
    template <class T>
    static T get(boost::json::value const& value) {
        if constexpr (std::is_same_v<T, std::string>) {
            return std::string{value.as_string().c_str(), value.as_string().size()};
        } else if constexpr (std::is_same_v<T, bool>) {
            return value.as_bool();
        } else {
            return value.as_int64();
        }
    }
    static std::string text(boost::json::value const& value) { return boost::json::serialize(value); }
};

struct RapidReader {
    static bool is_null(rapidjson::Value const& value) { return value.IsNull(); }
    template <class T>
    static T get(rapidjson::Value const& value) {
        if constexpr (std::is_same_v<T, std::string>) {
            return {value.GetString(), value.GetStringLength()};
        } else if constexpr (std::is_same_v<T, bool>) {
            return value.GetBool();
        } else {
            return value.GetInt64();
        }
    }
    static std::string text(rapidjson::Value const& value) {
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
        value.Accept(writer);
        return {buffer.GetString(), buffer.GetSize()};
    }
};

struct NlohmannReader {
    static bool is_null(nlohmann::json const& value) { return value.is_null(); }
    template <class T>
    static T get(nlohmann::json const& value) {
        return value.get<T>();
    }
    static std::string text(nlohmann::json const& value) { return value.dump(); }
};

Field field_of(boost::json::string_view name) { return find_field({name.data(), name.size()}); }

Organizations read_with_boost(std::string_view text) {
    boost::json::monotonic_resource memory{text.size()};
    boost::json::value const root = boost::json::parse({text.data(), text.size()}, &memory);
    Organizations page = empty_page();
    page.total_count = root.at("total_count").as_int64();
    for (boost::json::value const& item : root.at("data").as_array()) {
        Organization& organization = page.data.emplace_back();
        for (auto const& [name, value] : item.as_object()) {
            store<BoostReader>(organization, field_of(name), value);
        }
    }
    return page;
}

PageOfTrees<boost::json::object> read_trees_with_boost(std::string_view text) {
    boost::json::value root = boost::json::parse({text.data(), text.size()});
    PageOfTrees<boost::json::object> result;
    result.page.total_count = root.at("total_count").as_int64();
    for (boost::json::value& item : root.at("data").as_array()) {
        Organization& organization = result.page.data.emplace_back();
        result.metadata.emplace_back();
        for (auto&& [name, value] : item.as_object()) {
            Field const field = field_of(name);
            if (is_metadata(field)) {
                result.tree(field) = std::move(value.as_object());
            } else {
                store<BoostReader>(organization, field, value);
            }
        }
    }
    return result;
}

Organizations read_with_rapidjson(std::string_view text) {
    rapidjson::Document root;
    root.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
    ensure(!root.HasParseError());
    Organizations page = empty_page();
    page.total_count = root["total_count"].GetInt64();
    for (auto const& item : root["data"].GetArray()) {
        Organization& organization = page.data.emplace_back();
        for (auto const& member : item.GetObject()) {
            Field const field = find_field({member.name.GetString(), member.name.GetStringLength()});
            store<RapidReader>(organization, field, member.value);
        }
    }
    return page;
}

// Its values use the document's memory.
struct PageOfRapidTrees : PageOfTrees<rapidjson::Value> {
    rapidjson::Document root{};
};

PageOfRapidTrees read_trees_with_rapidjson(std::string_view text) {
    PageOfRapidTrees result;
    result.root.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
    ensure(!result.root.HasParseError());
    result.page.total_count = result.root["total_count"].GetInt64();
    for (auto& item : result.root["data"].GetArray()) {
        Organization& organization = result.page.data.emplace_back();
        result.metadata.emplace_back();
        for (auto& member : item.GetObject()) {
            Field const field = find_field({member.name.GetString(), member.name.GetStringLength()});
            if (is_metadata(field)) {
                result.tree(field) = member.value;  // moves, as rapidjson's assignments do
            } else {
                store<RapidReader>(organization, field, member.value);
            }
        }
    }
    return result;
}

Organizations read_with_nlohmann(std::string_view text) {
    nlohmann::json const root = nlohmann::json::parse(text);
    Organizations page = empty_page();
    page.total_count = root.at("total_count").get<std::int64_t>();
    for (auto const& item : root.at("data")) {
        Organization& organization = page.data.emplace_back();
        for (auto const& [name, value] : item.items()) {
            store<NlohmannReader>(organization, find_field(name), value);
        }
    }
    return page;
}

PageOfTrees<nlohmann::json> read_trees_with_nlohmann(std::string_view text) {
    nlohmann::json root = nlohmann::json::parse(text);
    PageOfTrees<nlohmann::json> result;
    result.page.total_count = root.at("total_count").get<std::int64_t>();
    for (auto& item : root.at("data")) {
        Organization& organization = result.page.data.emplace_back();
        result.metadata.emplace_back();
        for (auto& [name, value] : item.get_ref<nlohmann::json::object_t&>()) {
            Field const field = find_field(name);
            if (is_metadata(field)) {
                result.tree(field) = std::move(value);
            } else {
                store<NlohmannReader>(organization, field, value);
            }
        }
    }
    return result;
}

// --- Running ----------------------------------------------------------------------------------------------------

std::string const& page_text() {
    static std::string const text = clerk::bench::OrganizationPageWriter{}.write(page_size);
    return text;
}

simdjson::padded_string const& padded_page_text() {
    static simdjson::padded_string const text{page_text()};
    return text;
}

// This decoder also records which members were null.
bool same(Organizations left, Organizations const& right) {
    for (Organization& organization : left.data) organization.null_fields = 0;
    return left == right;
}

template <class T>
bool same(PageOfTrees<T> const& left, PageOfTrees<T> const& right) {
    for (std::size_t index = 0; index < left.page.size(); ++index) {
        if (left.page.data[index].id != right.page.data[index].id) return false;
    }
    return left.page.size() == right.page.size() && left.metadata == right.metadata;
}

// Compares ids and metadata; a tree may order its members differently.
template <class Trees, class Reader>
bool same_metadata(Trees const& trees, Organizations const& expected) {
    for (std::size_t index = 0; index < page_size; ++index) {
        auto const& [public_metadata, private_metadata] = trees.metadata[index];
        Organization const& organization = expected.data[index];
        if (Metadata::from_valid_text(Reader::text(public_metadata)) != organization.public_metadata) return false;
        if (Metadata::from_valid_text(Reader::text(private_metadata)) != organization.private_metadata) return false;
        if (trees.page.data[index].id != organization.id) return false;
    }
    return true;
}

bool answers_agree() {
    ondemand::parser parser;
    Organizations const expected = read_with_nlohmann(page_text());
    auto const trees = read_trees_with_boost(page_text());
    return expected.size() == page_size && expected.data[1].public_metadata.object() == trees.metadata[1].first &&
           same(read_with_clerk(page_text()), expected) && same(read_with_rapidjson(page_text()), expected) &&
           same(read_with_boost(page_text()), expected) &&
           same(read_with_simdjson(parser, padded_page_text()), expected) &&
           same(read_trees_with_clerk(page_text()), trees) &&
           same(read_trees_with_simdjson(parser, padded_page_text()), trees) &&
           same_metadata<PageOfRapidTrees, RapidReader>(read_trees_with_rapidjson(page_text()), expected) &&
           same_metadata<PageOfTrees<nlohmann::json>, NlohmannReader>(read_trees_with_nlohmann(page_text()), expected);
}

template <class Read>
void run(benchmark::State& state, Read read) {
    page_text(), padded_page_text();
    std::size_t const before = allocations;
    for (auto _ : state) {
        auto page = read();
        benchmark::DoNotOptimize(page);
    }
    auto const organizations = static_cast<double>(state.iterations() * page_size);
    state.counters["time/org"] =
        benchmark::Counter(organizations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["allocations/org"] = static_cast<double>(allocations - before) / organizations;
    state.SetBytesProcessed(static_cast<std::int64_t>(page_text().size()) * state.iterations());
}

void clerk_text(benchmark::State& state) {
    run(state, [] { return read_with_clerk(page_text()); });
}
void simdjson_text(benchmark::State& state) {
    ondemand::parser parser;
    run(state, [&parser] { return read_with_simdjson(parser, padded_page_text()); });
}
void boost_text(benchmark::State& state) {
    run(state, [] { return read_with_boost(page_text()); });
}
void rapidjson_text(benchmark::State& state) {
    run(state, [] { return read_with_rapidjson(page_text()); });
}
void nlohmann_text(benchmark::State& state) {
    run(state, [] { return read_with_nlohmann(page_text()); });
}
void clerk_objects(benchmark::State& state) {
    run(state, [] { return read_trees_with_clerk(page_text()); });
}
void simdjson_objects(benchmark::State& state) {
    ondemand::parser parser;
    run(state, [&parser] { return read_trees_with_simdjson(parser, padded_page_text()); });
}
void boost_objects(benchmark::State& state) {
    run(state, [] { return read_trees_with_boost(page_text()); });
}
void rapidjson_objects(benchmark::State& state) {
    run(state, [] { return read_trees_with_rapidjson(page_text()); });
}
void nlohmann_objects(benchmark::State& state) {
    run(state, [] { return read_trees_with_nlohmann(page_text()); });
}

BENCHMARK(clerk_text);
BENCHMARK(simdjson_text);
BENCHMARK(boost_text);
BENCHMARK(rapidjson_text);
BENCHMARK(nlohmann_text);
BENCHMARK(clerk_objects);
BENCHMARK(simdjson_objects);
BENCHMARK(boost_objects);
BENCHMARK(rapidjson_objects);
BENCHMARK(nlohmann_objects);

}  // namespace

int main(int argc, char** argv) { return clerk::bench::run_benchmarks(argc, argv, answers_agree()); }

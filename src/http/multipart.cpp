#include "http/multipart.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace clerk::http {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

std::uint64_t fnv1a(std::uint64_t hash, std::string_view bytes) noexcept {
    for (char const c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return hash;
}

// The finaliser of SplitMix64: every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

void append_hex(std::string& out, std::uint64_t value) {
    for (unsigned shift = 64; shift != 0;) out += hex_digits[(value >> (shift -= 4)) & 0xFU];
}

// Copies what fits from `part` at `position`, which is relative to the start of part.
std::size_t copy_from(std::string_view part, std::uint64_t position, std::span<char> out) noexcept {
    if (position >= part.size()) return 0;
    return part.substr(static_cast<std::size_t>(position)).copy(out.data(), out.size());
}

class MultipartBody final : public BodyStream {
public:
    MultipartBody(std::string head, FileContent content, std::string tail)
        : head_{std::move(head)}, content_{std::move(content)}, tail_{std::move(tail)} {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return head_.size() + content_.size() + tail_.size(); }

    bool rewind() override {
        position_ = 0;
        return content_.rewind();
    }

    std::size_t read(std::span<char> out) override {
        std::uint64_t const content_end = head_.size() + content_.size();
        std::size_t filled = 0;
        while (filled < out.size()) {
            std::span<char> const rest = out.subspan(filled);
            std::size_t count = 0;
            if (position_ < head_.size()) {
                count = copy_from(head_, position_, rest);
            } else if (position_ < content_end) {
                count = content_.read(rest);
            } else {
                count = copy_from(tail_, position_ - content_end, rest);
            }
            if (count == 0) break;
            filled += count;
            position_ += count;
        }
        return filled;
    }

    std::string_view take_in_place(std::size_t size) override {
        if (position_ < head_.size()) return {};
        std::string_view const piece = content_.take_in_place(size);
        position_ += piece.size();
        return piece;
    }

private:
    std::string head_;
    FileContent content_;
    std::string tail_;
    std::uint64_t position_{};
};

}  // namespace

FileContent FileContent::from_memory(std::string bytes) {
    FileContent content;
    content.size_ = bytes.size();
    content.bytes_ = std::move(bytes);
    content.in_memory_ = true;
    return content;
}

FileContent FileContent::from_file(std::ifstream file, std::uint64_t size) {
    FileContent content;
    content.file_ = std::move(file);
    content.size_ = size;
    return content;
}

bool FileContent::rewind() {
    position_ = 0;
    if (in_memory_) return true;
    file_.clear();
    file_.seekg(0, std::ios::end);
    auto const end = file_.tellg();
    file_.seekg(0, std::ios::beg);
    return file_.good() && end >= 0 && static_cast<std::uint64_t>(end) == size_;
}

std::size_t FileContent::read(std::span<char> out) {
    if (in_memory_) {
        std::size_t const count = copy_from(bytes_, position_, out);
        position_ += count;
        return count;
    }
    auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - position_));
    if (wanted == 0 || !file_.good()) return 0;
    file_.read(out.data(), static_cast<std::streamsize>(wanted));
    auto const count = static_cast<std::size_t>(file_.gcount());
    // A file that has grown is not the file that was checked: its last piece is not sent, so the body is incomplete.
    bool const last = position_ + count == size_;
    if (last && file_.peek() != std::ifstream::traits_type::eof()) {
        file_.setstate(std::ios::badbit);
        return 0;
    }
    position_ += count;
    return count;
}

std::string_view FileContent::take_in_place(std::size_t size) {
    if (!in_memory_ || size_ - position_ < size) return {};
    std::string_view const piece = std::string_view{bytes_}.substr(static_cast<std::size_t>(position_), size);
    position_ += size;
    return piece;
}

std::string multipart_boundary(std::uint64_t seed, std::string_view filename, std::string_view first_bytes,
                               std::uint64_t size) {
    std::uint64_t hash = fnv1a(0xCBF29CE484222325U ^ seed, filename);
    hash = fnv1a(hash, first_bytes) ^ size;
    std::string boundary{"----clerk-cpp-form-"};
    append_hex(boundary, mix(hash + seed));
    append_hex(boundary, mix(mix(hash) ^ ~seed));
    return boundary;
}

std::string escape_filename(std::string_view filename) {
    std::string out;
    out.reserve(filename.size());
    for (char const c : filename) {
        auto const value = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\' || value < 0x20 || value == 0x7F) {
            out += '%';
            out += hex_digits[value >> 4U];
            out += hex_digits[value & 0xFU];
        } else {
            out += c;
        }
    }
    return out;
}

std::unique_ptr<BodyStream> make_multipart_body(MultipartForm const& form, FileContent content,
                                                std::string_view boundary) {
    std::string head;
    if (form.field) {
        head.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
        head.append(form.field->name).append("\"\r\n\r\n").append(form.field->value).append("\r\n");
    }
    head.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
    head.append(form.file_name_of_part).append("\"; filename=\"").append(escape_filename(form.filename));
    head.append("\"\r\nContent-Type: ").append(form.file_media_type).append("\r\n\r\n");
    std::string tail{"\r\n--"};
    tail.append(boundary).append("--\r\n");
    auto body = std::make_unique<MultipartBody>(std::move(head), std::move(content), std::move(tail));
    return body;
}

}  // namespace clerk::http

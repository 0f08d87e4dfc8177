#include "net/plain_answer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tidings::net {

namespace {

constexpr std::string_view start = "HTTP/1.1 ";

// RFC 9110's token: what a field's name is made of.
constexpr std::array<bool, 256> token_table() {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

bool is_token(std::string_view name) {
    static constexpr auto in_token = token_table();
    bool bad = name.empty();
    for (const char c : name)
        bad |= !in_token[static_cast<unsigned char>(c)];
    return !bad;
}

// The control characters of a head. Nothing but additions, so that the compiler takes many bytes
// at a time.
std::size_t controls_in(std::string_view head) {
    constexpr std::size_t stride = 128;  // a count of one byte each cannot overflow
    std::size_t all = 0;
    while (!head.empty()) {
        const auto some = head.substr(0, stride);
        std::uint8_t count = 0;
        for (const char c : some) {
            const auto byte = static_cast<std::uint8_t>(c);
            count = static_cast<std::uint8_t>(count + (byte < 0x20) + (byte == 0x7F));
        }
        all += count;
        head.remove_prefix(some.size());
    }
    return all;
}

// `lower` in small letters.
bool same_name(std::string_view name, std::string_view lower) {
    if (name.size() != lower.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c) != lower[i])
            return false;
    }
    return true;
}

std::optional<std::uint16_t> read_status(std::string_view line) {
    if (line.size() < start.size() + 4 || line[start.size() + 3] != ' ') return std::nullopt;
    std::uint16_t status = 0;
    for (const char c : line.substr(start.size(), 3)) {
        if (c < '0' || c > '9') return std::nullopt;
        status = static_cast<std::uint16_t>(status * 10 + (c - '0'));
    }
    // Interim answers, and those that have no body whatever their head says.
    if (status < 200 || status > 599 || status == 204 || status == 304) return std::nullopt;
    return status;
}

std::optional<std::size_t> read_length(std::string_view digits) {
    constexpr std::size_t digits_max = 9;
    if (digits.empty() || digits.size() > digits_max) return std::nullopt;
    std::size_t length = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        length = length * 10 + static_cast<std::size_t>(c - '0');
    }
    return length;
}

struct head_reader {
    plain_answer answer;
    std::optional<std::size_t> length;

    // False: not plain.
    bool take(std::string_view line) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return false;
        const auto name = line.substr(0, colon);
        auto value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        if (!is_token(name)) return false;
        if (value.starts_with(' ') || value.ends_with(' ')) return false;
        // By length first: most fields are none of ours.
        switch (name.size()) {
            case 10: return !same_name(name, "connection") || take_connection(value);
            case 11: return !same_name(name, "retry-after") || take_once(answer.retry_after, value);
            case 12:
                return !same_name(name, "content-type") || take_once(answer.content_type, value);
            case 14: return !same_name(name, "content-length") || take_length(value);
            case 7: return !same_name(name, "upgrade");
            case 16: return !same_name(name, "proxy-connection");
            case 17: return !same_name(name, "transfer-encoding");
            default: return true;
        }
    }

    static bool take_once(std::string_view& into, std::string_view value) {
        if (into.data() != nullptr) return false;
        into = value;
        return true;
    }
    bool take_length(std::string_view value) {
        if (length) return false;
        length = read_length(value);
        return length.has_value();
    }
    bool take_connection(std::string_view value) {
        if (same_name(value, "close")) {
            answer.keep_alive = false;
            return true;
        }
        return same_name(value, "keep-alive");
    }
};

// Up to and with the empty line; `answer.size` is the head's, and it has no body yet.
std::optional<head_reader> read_head(std::string_view bytes) {
    if (!bytes.starts_with(start)) return std::nullopt;
    head_reader head;
    std::size_t at = 0;
    std::size_t lines = 0;
    for (;; ++lines) {
        const auto* const end =
            static_cast<const char*>(std::memchr(bytes.data() + at, '\n', bytes.size() - at));
        if (end == nullptr) return std::nullopt;
        const auto size = static_cast<std::size_t>(end - (bytes.data() + at));
        if (size == 0 || *(end - 1) != '\r') return std::nullopt;
        const auto line = bytes.substr(at, size - 1);
        at += size + 1;
        if (line.empty()) break;
        if (lines == 0) {
            const auto status = read_status(line);
            if (!status) return std::nullopt;
            head.answer.status = *status;
        } else if (!head.take(line)) {
            return std::nullopt;
        }
    }
    // Its line ends and no other.
    if (controls_in(bytes.substr(0, at)) != 2 * (lines + 1) || !head.length) return std::nullopt;
    head.answer.size = at;
    return head;
}

std::optional<plain_answer> with_body(plain_answer head, std::size_t length, std::string_view bytes,
                                      std::size_t header_max) {
    if (head.size > header_max || length > bytes.size() - head.size) return std::nullopt;
    head.body = bytes.substr(head.size, length);
    head.size += length;
    return head;
}

}  // namespace

std::optional<plain_answer> plain_answers::read(std::string_view bytes, std::size_t header_max) {
    if (known_size_ > 0 && bytes.starts_with(std::string_view(known_.data(), known_size_)))
        return with_body(known_answer_, known_length_, bytes, header_max);
    const auto head = read_head(bytes);
    if (!head) return std::nullopt;
    const auto& read = head->answer;
    if (read.size <= known_.size()) {
        known_size_ = read.size;
        std::copy_n(bytes.data(), known_size_, known_.data());
        const auto moved = [&](std::string_view field) {
            if (field.data() == nullptr) return field;
            return std::string_view(known_.data() + (field.data() - bytes.data()), field.size());
        };
        known_answer_ = read;
        known_answer_.content_type = moved(read.content_type);
        known_answer_.retry_after = moved(read.retry_after);
        known_length_ = *head->length;
    }
    return with_body(read, *head->length, bytes, header_max);
}

}  // namespace tidings::net

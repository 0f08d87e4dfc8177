#include "gateway/http2_client.hpp"

#include "gateway/signed_token.hpp"

#include <nghttp2/nghttp2.h>

namespace tidings::gateway::testing {

namespace {

constexpr std::uint8_t end_stream = 1, end_headers = 4;
constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string number_bytes(std::uint32_t number, int bytes) {
    std::string made;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        made += static_cast<char>(number >> shift & 0xFF);
    return made;
}

std::uint32_t number_from(std::string_view bytes) {
    std::uint32_t number = 0;
    for (const char one : bytes)
        number = number << 8 | static_cast<unsigned char>(one);
    return number;
}

// RFC 7541: an integer of a 7-bit prefix, and a text without Huffman's code.
void put_text(std::string& out, std::string_view text) {
    std::size_t left = text.size();
    if (left < 127) {
        out += static_cast<char>(left);
    } else {
        out += static_cast<char>(127);
        for (left -= 127; left >= 128; left >>= 7)
            out += static_cast<char>((left & 127) | 128);
        out += static_cast<char>(left);
    }
    out += text;
}

void put_field(std::string& out, std::string_view name, std::string_view value) {
    out += '\0';  // a literal, not indexed
    put_text(out, name);
    put_text(out, value);
}

}  // namespace

std::string http2_frame::bytes() const {
    return number_bytes(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(type) +
           static_cast<char>(flags) + number_bytes(static_cast<std::uint32_t>(stream), 4) + payload;
}

std::string http2_headers(std::int32_t stream, bool is_all,
                          const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string block;
    put_field(block, ":method", "POST");
    put_field(block, ":scheme", "https");
    put_field(block, ":authority", "localhost");
    put_field(block, ":path", sample_target);
    for (const auto& [name, value] : fields)
        put_field(block, name, value);
    const auto flags = static_cast<std::uint8_t>(end_headers | (is_all ? end_stream : 0));
    // Blocks of more than one frame's size go on in CONTINUATION.
    constexpr std::size_t piece = 16'384;
    if (block.size() <= piece)
        return http2_frame{frame_type::headers, flags, stream, block}.bytes();
    std::string made = http2_frame{frame_type::headers, is_all ? end_stream : std::uint8_t{0},
                                   stream, block.substr(0, piece)}
                           .bytes();
    for (std::size_t at = piece; at < block.size(); at += piece)
        made += http2_frame{frame_type::continuation,
                            at + piece >= block.size() ? end_headers : std::uint8_t{0}, stream,
                            block.substr(at, piece)}
                    .bytes();
    return made;
}

std::string http2_request(std::int32_t stream, std::string_view to, std::size_t padding) {
    static const std::string token = hmac_token(sample_payload());
    std::vector<std::pair<std::string, std::string>> fields = {
        {"content-type", "application/json;charset=UTF-8"}, {"auth", token}};
    if (padding > 0) fields.emplace_back("x-padding", std::string(padding, 'x'));
    const auto body = R"({"fromNo": "+16693422058", "toNo": ")" + std::string(to) + "\"}";
    return http2_headers(stream, false, fields) +
           http2_frame{frame_type::data, end_stream, stream, body}.bytes();
}

struct http2_client::inflater {
    inflater() { nghttp2_hd_inflate_new(&one); }
    ~inflater() { nghttp2_hd_inflate_del(one); }
    inflater(const inflater&) = delete;
    inflater& operator=(const inflater&) = delete;
    nghttp2_hd_inflater* one = nullptr;
};

http2_client::http2_client(const served& where)
    : client_(where, {.alpn = "\x02h2"}), inflater_(std::make_unique<inflater>()) {
    if (!client_.trouble().empty()) return;
    // A large window, so that no test needs to say that it has read.
    client_.write(
        std::string(preface) +
        http2_frame{frame_type::settings, 0, 0, number_bytes(4, 2) + number_bytes(1 << 30, 4)}
            .bytes() +
        http2_frame{frame_type::window_update, 0, 0, number_bytes(1 << 30, 4)}.bytes());
}

http2_client::~http2_client() = default;

void http2_client::settle() {
    pinged_ = false;
    client_.write(http2_frame{frame_type::ping, 0, 0, "whatever"}.bytes());
    while (!pinged_ && read_frame()) {
    }
}

void http2_client::read_answer(std::int32_t stream) {
    while (!of(stream).whole && !of(stream).reset_code && read_frame()) {
    }
}

void http2_client::read_all() {
    while (read_frame()) {
    }
}

// False: the connection is over, and what was left of a frame is counted.
bool http2_client::read_frame() {
    constexpr std::size_t header = 9;
    while (true) {
        if (unread_.size() >= header) {
            const auto size = header + number_from(std::string_view(unread_).substr(0, 3));
            if (unread_.size() >= size) {
                http2_frame one;
                one.type = static_cast<std::uint8_t>(unread_[3]);
                one.flags = static_cast<std::uint8_t>(unread_[4]);
                one.stream = static_cast<std::int32_t>(
                    number_from(std::string_view(unread_).substr(5, 4)) & 0x7FFFFFFF);
                one.payload = unread_.substr(header, size - header);
                unread_.erase(0, size);
                take(one);
                return true;
            }
        }
        if (client_.ended() != stream_end::open) break;
        unread_ += client_.read_some();
    }
    // Only stream 1 is ever cut in these tests.
    of(1);
    answers_[1].frame_bytes += unread_.size();
    unread_.clear();
    return false;
}

void http2_client::take(const http2_frame& one) {
    auto& stream = answers_[one.stream];
    stream.frame_bytes += one.bytes().size();
    switch (one.type) {
        case frame_type::headers:
        case frame_type::continuation: inflate(one, stream); break;
        case frame_type::data: stream.body += one.payload; break;
        case frame_type::rst_stream: stream.reset_code = number_from(one.payload); break;
        case frame_type::ping: pinged_ = (one.flags & 1) != 0; break;
        case frame_type::goaway:
            goaways_.push_back(static_cast<std::int32_t>(
                number_from(std::string_view(one.payload).substr(0, 4)) & 0x7FFFFFFF));
            goaway_code_ = number_from(std::string_view(one.payload).substr(4, 4));
            break;
        default: break;
    }
    const bool may_end = one.type == frame_type::headers || one.type == frame_type::data;
    if (may_end && (one.flags & end_stream) != 0) stream.whole = true;
}

void http2_client::inflate(const http2_frame& one, http2_answer& into) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(one.payload.data());
    std::size_t left = one.payload.size();
    const bool last = (one.flags & end_headers) != 0;
    if (one.type == frame_type::headers) into.header_names.clear();
    while (true) {
        nghttp2_nv field{};
        int flags = 0;
        const auto used = nghttp2_hd_inflate_hd2(inflater_->one, &field, &flags, at, left, last);
        if (used < 0) break;
        at += used;
        left -= static_cast<std::size_t>(used);
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
            const std::string name(reinterpret_cast<const char*>(field.name), field.namelen);
            if (name == ":status")
                into.statuses.push_back(
                    std::stoi(std::string(reinterpret_cast<const char*>(field.value), 3)));
            into.header_names += name + " ";
        }
        if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
            nghttp2_hd_inflate_end_headers(inflater_->one);
            break;
        }
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && left == 0) break;
    }
    if (!into.statuses.empty()) into.status = into.statuses.back();
}

}  // namespace tidings::gateway::testing

// What a hostile server can say without end: each kind by its name, as bytes that are said over and
// over. HTTP/1.1's have an opening, said once; HTTP/2's need a stream 1 that awaits its answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tidings::tests {

struct flood_kind {
    const char* name;
    std::string opening;
    std::string again;
};

inline std::string http2_frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                               const std::string& payload) {
    std::string bytes;
    for (const std::size_t part :
         {payload.size() >> 16U, payload.size() >> 8U, payload.size(), std::size_t{type},
          std::size_t{flags}, std::size_t{stream} >> 24U, std::size_t{stream} >> 16U,
          std::size_t{stream} >> 8U, std::size_t{stream}})
        bytes.push_back(static_cast<char>(part));
    return bytes + payload;
}

inline std::string many_times(const std::string& one, std::size_t bytes) {
    std::string all;
    while (all.size() < bytes)
        all += one;
    return all;
}

inline std::vector<flood_kind> http2_floods() {
    const std::string eight(8, 'p');
    const std::string answer_begins = http2_frame(1, 4, 1, "\x88") + http2_frame(0, 0, 1, "{");
    return {
        {"ping", "", http2_frame(6, 0, 0, eight)},
        {"ping answered unasked", "", http2_frame(6, 1, 0, eight)},
        {"settings", "", http2_frame(4, 0, 0, "")},
        {"unknown", "", http2_frame(0x55, 0, 0, "")},
        {"unknown on the stream", "", http2_frame(0x55, 0xFF, 1, "abc")},
        {"priority", "", http2_frame(2, 0, 1, std::string("\0\0\0\0\1", 5))},
        {"empty data", answer_begins, http2_frame(0, 0, 1, "")},
        {"padding", answer_begins,
         http2_frame(0, 8, 1, std::string(1, '\xC8') + std::string(200, '\0'))},
        {"interim head", "", http2_frame(1, 4, 1, std::string("\x08\x03") + "103")},
        {"empty head", "", http2_frame(1, 4, 1, "")},
        {"window", "", http2_frame(8, 0, 0, std::string("\0\0\0\1", 4))},
        {"head in pieces", http2_frame(1, 0, 1, "\x88"), http2_frame(9, 0, 1, "")},
        {"resets of a dead stream", "", http2_frame(3, 0, 1, std::string("\0\0\0\2", 4))},
        {"another way", "", http2_frame(10, 0, 0, std::string("\0\1x:\1", 5))},
    };
}

inline std::vector<flood_kind> http1_floods() {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    return {
        {"extensions", chunked, "1;" + std::string(8000, 'x') + "\r\na\r\n"},
        {"interim answers", "", "HTTP/1.1 103 Early Hints\r\n\r\n"},
        {"trailers", chunked + "0\r\n", "X: y\r\n"},
        {"head", "HTTP/1.1 200 OK\r\n", "X: y\r\n"},
        {"body", "HTTP/1.1 200 OK\r\n\r\n", std::string(1000, 'b')},
        {"small chunks", chunked, "1\r\na\r\n"},
    };
}

}  // namespace tidings::tests

// Zip archives made by hand, with their members as they are, for tests that read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zlib.h>

namespace tidings::tests {

inline std::string deflated(const std::string& content) {
    z_stream state{};
    deflateInit2(&state, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&state, content.size()), '\0');
    std::string in = content;
    state.next_in = reinterpret_cast<Bytef*>(in.data());
    state.avail_in = static_cast<uInt>(in.size());
    state.next_out = reinterpret_cast<Bytef*>(out.data());
    state.avail_out = static_cast<uInt>(out.size());
    deflate(&state, Z_FINISH);
    out.resize(state.total_out);
    deflateEnd(&state);
    return out;
}

// `packed`: deflated, as most programs do it, rather than stored.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members,
                          bool packed = false) {
    const auto put = [](std::string& to, std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i)
            to += static_cast<char>(value >> (8 * i) & 0xFF);
    };
    std::string archive, directory;
    for (const auto& [name, content] : members) {
        const auto sum = crc32(0, reinterpret_cast<const Bytef*>(content.data()),
                               static_cast<uInt>(content.size()));
        const auto data = packed ? deflated(content) : content;
        std::string facts;  // what both headers say
        put(facts, 20, 2);
        put(facts, 0, 2);  // flags
        put(facts, packed ? 8 : 0, 2);
        put(facts, 0, 4);  // time, date
        put(facts, sum, 4);
        put(facts, data.size(), 4);
        put(facts, content.size(), 4);
        put(facts, name.size(), 2);
        put(facts, 0, 2);
        const auto at = archive.size();
        archive += "PK\x03\x04" + facts + name + data;
        directory += std::string("PK\x01\x02\x14\0", 6) + facts;
        put(directory, 0, 2);  // comment
        put(directory, 0, 8);  // disk, attributes
        put(directory, at, 4);
        directory += name;
    }
    const auto at = archive.size();
    archive += directory + "PK\x05\x06";
    put(archive, 0, 4);
    put(archive, members.size(), 2);
    put(archive, members.size(), 2);
    put(archive, directory.size(), 4);
    put(archive, at, 4);
    put(archive, 0, 2);
    return archive;
}

}  // namespace tidings::tests

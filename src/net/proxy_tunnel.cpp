#include "net/proxy_tunnel.hpp"

#include <algorithm>

namespace tidings::net {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t words_max = 100;

std::string tamed(std::string_view text) {
    std::string made(text.substr(0, words_max));
    for (char& c : made)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
    return made;
}

// 0: that is no status line.
std::uint16_t status_in(std::string_view line) {
    constexpr std::string_view start = "HTTP/1.";
    constexpr std::size_t code_at = start.size() + 2;
    if (!line.starts_with(start) || line.size() < code_at + 3 || line[code_at - 1] != ' ') return 0;
    std::uint16_t status = 0;
    for (const char c : line.substr(code_at, 3)) {
        if (c < '0' || c > '9') return 0;
        status = static_cast<std::uint16_t>(status * 10 + (c - '0'));
    }
    return line.size() == code_at + 3 || line[code_at + 3] == ' ' ? status : std::uint16_t{0};
}

}  // namespace

proxy_tunnel::proxy_tunnel(const proxy& by, std::string_view target) : unsent_("CONNECT ") {
    unsent_.append(target).append(" HTTP/1.1\r\nHost: ").append(target).append("\r\n");
    if (!by.authorization.empty())
        unsent_.append("Proxy-Authorization: ").append(by.authorization).append("\r\n");
    unsent_.append("\r\n");
}

proxy_tunnel::progress proxy_tunnel::feed(std::string_view bytes) {
    answer_.append(bytes.substr(0, answer_max + 1 - std::min(answer_.size(), answer_max)));
    const auto told = read_head();
    if (told == progress::reading && answer_.size() > answer_max) return progress::broken;
    return told;
}

proxy_tunnel::progress proxy_tunnel::read_head() {
    for (;;) {
        const auto end = answer_.find(head_end);
        if (end == std::string::npos) return progress::reading;
        const auto line = std::string_view(answer_).substr(0, answer_.find("\r\n"));
        status_ = status_in(line);
        if (status_ < 100) return progress::broken;
        words_ = tamed(line.substr(line.find(' ') + 1));
        if (status_ >= 300) return progress::refused;
        answer_.erase(0, end + head_end.size());
        // An interim answer: the real one follows.
        if (status_ < 200) continue;
        // The server waits for us: whatever is here already is not its word.
        return answer_.empty() ? progress::open : progress::broken;
    }
}

}  // namespace tidings::net

// What is said to a proxy before there is a way through it: CONNECT (RFC 9110, section 9.3.6) and
// its answer. Bytes in, bytes out; nothing of a message is said before it is open, so that whatever
// fails here was not sent.
#pragma once

#include "net/proxy.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::net {

class proxy_tunnel {
  public:
    static constexpr std::size_t answer_max = 16 * 1024;

    enum class progress : std::uint8_t {
        reading,  // more is to come
        open,     // what follows is the server's
        refused,  // by status(), in the proxy's words()
        broken,   // it does not speak HTTP, or says what it should not
    };

    // `target`: host and port of the server, "host:443" or "[::1]:443".
    proxy_tunnel(const proxy& by, std::string_view target);

    // Of what is to be said, what has not been.
    std::string_view unsent() const noexcept { return unsent_; }
    void on_sent(std::size_t bytes) { unsent_.erase(0, bytes); }

    progress feed(std::string_view bytes);

    // It answered, and by a status that is none of success.
    bool refused() const noexcept { return status_ >= 300; }
    bool answered() const noexcept { return status_ != 0 || !answer_.empty(); }
    std::uint16_t status() const noexcept { return status_; }
    // Its status line's, cut, without control characters.
    const std::string& words() const noexcept { return words_; }

  private:
    progress read_head();

    std::string unsent_;
    std::string answer_;
    std::string words_;
    std::uint16_t status_ = 0;
};

}  // namespace tidings::net

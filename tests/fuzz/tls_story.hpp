// What a server writes behind its handshake, told by a fuzzer's bytes: records of any type and
// content, padded, out of order, spoiled, and bytes that are no records; and between them what the
// client writes. The server has the keys, so that all of it gets as far as it deserves.
//
// What a client has to make of it is tls_verdicts' affair.
#pragma once

#include "support/tls_keys.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::fuzz {

inline void must(bool holds) {
    if (!holds) std::abort();
}

// RFC 8446's numbers, written here once more.
namespace rfc8446 {
inline constexpr char alert = 21;
inline constexpr char handshake = 22;
inline constexpr char application_data = 23;
inline constexpr char new_session_ticket = 4;
inline constexpr char key_update = 24;
inline constexpr std::size_t header_size = 5;
inline constexpr std::size_t tag_size = 16;
inline constexpr std::size_t content_max = 16384;
inline constexpr std::size_t body_max = content_max + 256;
}  // namespace rfc8446

// A fuzzer's bytes, one after the other; zeros behind the last.
class script {
  public:
    explicit script(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    bool more() const { return !rest_.empty(); }
    unsigned byte() {
        if (rest_.empty()) return 0;
        const unsigned first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    unsigned word() {
        const unsigned high = byte();
        return high << 8 | byte();
    }
    std::string bytes(std::size_t count) {
        std::string taken;
        while (taken.size() < count && more())
            taken += static_cast<char>(byte());
        return taken;
    }

  private:
    std::span<const std::uint8_t> rest_;
};

class tls_story {
  public:
    struct sealed_record {
        std::string bytes;  // as sealed, whatever became of them on the wire
        std::string inner;
        unsigned generation = 0;  // of the server's keys
        std::uint64_t number = 0;
    };
    struct client_write {
        std::size_t at = 0;  // when so much of the stream has come
        std::size_t size = 0;
    };

    // The first `gentle` records of data and all before them are what OpenSSL, which reads them,
    // must take as we would; if keys are renewed there, so is everything.
    tls_story(script from, tests::tls_keys& keys, int gentle)
        : from_(from), keys_(keys), gentle_(gentle), first_number_(keys.number()) {
        for (int steps = 0; steps < steps_max && stream_.size() < stream_max; ++steps) {
            if (!from_.more()) break;
            if (gentle_ > 0)
                gentle_step();
            else
                any_step();
        }
    }

    const std::string& stream() const { return stream_; }
    const std::map<std::size_t, sealed_record>& sealed() const { return sealed_; }  // by place
    const std::vector<client_write>& writes() const { return writes_; }
    std::uint64_t first_number() const { return first_number_; }

  private:
    static constexpr int steps_max = 100;
    static constexpr std::size_t stream_max = 48 * 1024;
    static constexpr int empty_max = 8;  // OpenSSL's patience is 32

    // Zeros among it and at both ends, for padding is zeros too.
    std::string content(std::size_t size) {
        std::string made;
        while (made.size() < size)
            made += static_cast<char>((made.size() + salt_) % 5 == 0 ? 0 : salt_ + made.size());
        salt_ = salt_ * 13 + 7;
        return made;
    }

    void seal(std::string inner) {
        sealed_record one{.bytes = {},
                          .inner = std::move(inner),
                          .generation = keys_.generation(),
                          .number = keys_.number()};
        one.bytes = keys_.seal(one.inner);
        last_ = stream_.size();
        stream_ += one.bytes;
        sealed_.emplace(last_, std::move(one));
    }
    void seal(std::string inner, char type, std::size_t zeros = 0) {
        inner += type;
        inner.append(zeros, '\0');
        seal(std::move(inner));
    }
    void seal_data(std::size_t size, std::size_t zeros = 0) {
        size = std::min(size, rfc8446::content_max);
        zeros = std::min(zeros, rfc8446::content_max - size);
        seal(content(size), rfc8446::application_data, zeros);
        if (gentle_ == 0 || size == 0 || gentle_for_ever_) return;
        --gentle_;
        last_ = stream_.size();  // it is not for spoil()
    }
    void append(std::string_view raw) {
        last_ = stream_.size();
        stream_ += raw;
    }

    // OpenSSL reads what is in it.
    std::string ticket_for_openssl(std::size_t size) {
        std::string body = {0, 0, 0x0e, 0x10, 'a', 'g', 'e', '!', 1, 'n'};
        body += static_cast<char>((size + 1) >> 8);
        body += static_cast<char>(size + 1);
        return body + std::string(size + 1, 't') + std::string(2, '\0');
    }

    // Tickets and perhaps a KeyUpdate behind them, all cut into pieces.
    void seal_handshake() {
        const unsigned how = from_.byte();
        std::string messages;
        for (unsigned tickets = how & 3; tickets > 0; --tickets) {
            const auto size = from_.word() % 1000;
            const auto body = gentle_ > 0 ? ticket_for_openssl(size) : content(size);
            messages += rfc8446::new_session_ticket;
            messages += {'\0', static_cast<char>(body.size() >> 8), static_cast<char>(body.size())};
            messages += body;
        }
        const bool renews = (how & 4) != 0 || messages.empty();
        const char asked = (how & 8) != 0 ? 1 : 0;
        const bool odd = gentle_ == 0 && (how & 16) != 0;
        if (renews) {
            messages += {rfc8446::key_update, 0, 0, 1, static_cast<char>(odd ? asked + 2 : asked)};
            if (gentle_ > 0) gentle_for_ever_ = true;
        }
        const auto piece = std::max<std::size_t>(1 + from_.byte(), messages.size() / 32 + 1);
        for (std::size_t at = 0; at < messages.size(); at += piece)
            seal(messages.substr(at, piece), rfc8446::handshake);
        const bool honest = gentle_ > 0 || (how & 32) == 0;
        if (renews && honest) keys_.renew();
    }

    void client_writes() { writes_.push_back({stream_.size(), 1 + from_.word() % 20'000}); }

    void gentle_step() {
        switch (from_.byte() % 6) {
            case 0: return seal_data(1 + from_.byte());
            case 1: return seal_data(1 + from_.word());
            case 2: {
                const auto size = from_.byte();
                return seal_data(size + (empty_++ < empty_max ? 0 : 1), from_.word());
            }
            case 3: return seal_data(empty_++ < empty_max ? 0 : 1);
            case 4: return seal_handshake();
            case 5: return client_writes();
        }
    }

    void any_step() {
        switch (from_.byte() % 16) {
            case 0: return seal_data(from_.byte());
            case 1: return seal_data(from_.word());
            case 2: {
                const auto size = from_.byte();
                return seal_data(size, from_.word());
            }
            case 3: return seal_handshake();
            case 4: return client_writes();
            case 5: {
                const auto type = static_cast<char>(from_.byte());
                const auto zeros = from_.byte();
                return seal(from_.bytes(from_.byte() % 32), type, zeros);
            }
            case 6: return seal(from_.bytes(from_.byte() % 16), rfc8446::handshake);
            case 7: return seal(from_.bytes(2), rfc8446::alert);
            case 8: return seal(std::string(from_.word() % (rfc8446::content_max + 1), '\0'));
            default: return foul_step();
        }
    }

    // What no server that is in order does.
    void foul_step() {
        switch (from_.byte() % 7) {
            case 0: return spoil();
            case 1: return keys_.skip(1 + from_.byte());
            case 2: return keys_.renew();
            case 3: return append(from_.bytes(from_.byte() % 40));
            case 4: {
                const auto earlier = sealed_.upper_bound(from_.word());
                return append(earlier != sealed_.end() ? earlier->second.bytes : std::string());
            }
            case 5: {
                const auto type = static_cast<char>(from_.byte());
                const auto size = from_.word();
                const std::string header = {type, 3, 3, static_cast<char>(size >> 8),
                                            static_cast<char>(size)};
                return append(header + content(std::min(size, from_.word())));
            }
            case 6: {
                // More than a record may hold, by one byte or up to more than may be received.
                const auto more = 1 + from_.byte();
                if (from_.byte() % 2 == 0)
                    return seal(content(rfc8446::content_max + more), rfc8446::application_data);
                return seal("x", rfc8446::application_data, rfc8446::content_max + more);
            }
        }
    }

    void spoil() {
        const auto at = last_ + from_.word() % std::max<std::size_t>(stream_.size() - last_, 1);
        const auto mask = from_.byte();
        if (at < stream_.size())
            stream_[at] = static_cast<char>(static_cast<unsigned char>(stream_[at]) ^ mask);
    }

    script from_;
    tests::tls_keys& keys_;
    int gentle_;
    bool gentle_for_ever_ = false;
    int empty_ = 0;
    std::uint64_t first_number_;
    std::string stream_;
    std::size_t last_ = 0;  // where the last piece of it begins
    std::map<std::size_t, sealed_record> sealed_;
    std::vector<client_write> writes_;
    std::size_t salt_ = 1;
};

}  // namespace tidings::fuzz

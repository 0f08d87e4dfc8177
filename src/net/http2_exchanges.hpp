// What an HTTP/2 session keeps of each of its streams: the request until it is sent, the answer
// while it comes. It gives out records and takes them back; what the bytes mean is the session's.
#pragma once

#include "codec/messages/request.hpp"
#include "net/answer_heads.hpp"
#include "net/attempt_ledger.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace tidings::net {

struct http2_exchange {
    attempt* on = nullptr;  // nullptr: reported already, the stream only has to die
    std::int32_t stream = 0;
    std::string token;                               // when each message has its own
    std::array<char, codec::request_body_max> body;  // the first body_size mean something
    std::size_t body_size = 0;
    std::size_t body_sent = 0;
    answer_head head;
    std::string headers;  // those that are kept
    bool complete = false;
    bool reset = false;  // by the peer
    std::uint64_t answer_size = 0;
    std::string answer;

    void restart() {
        constexpr std::size_t answer_capacity_kept = 4096;
        on = nullptr;
        stream = 0;
        body_size = body_sent = 0;
        head.restart();
        headers.clear();
        complete = reset = false;
        answer_size = 0;
        answer.clear();
        if (answer.capacity() > answer_capacity_kept) std::string().swap(answer);
    }
};

class http2_exchanges {
  public:
    explicit http2_exchanges(bool token_varies) : token_varies_(token_varies) {}

    // A blank one for that attempt, whose place is among those in flight from now on.
    http2_exchange& open(attempt& on) {
        http2_exchange& one = blank();
        one.on = &on;
        on.place = in_flight_.size();
        in_flight_.push_back(&one);
        return one;
    }
    // The token of its request: its own, or the latest of all.
    std::string& token_of(http2_exchange& one) noexcept {
        return token_varies_ ? one.token : token_;
    }
    // Its attempt, which is in flight no more. Pre: it has one.
    attempt& take_attempt(http2_exchange& one) noexcept {
        attempt& ended = *one.on;
        one.on = nullptr;
        http2_exchange& moved = *in_flight_.back();
        in_flight_[ended.place] = &moved;
        if (moved.on != nullptr) moved.on->place = ended.place;
        in_flight_.pop_back();
        return ended;
    }
    // Its stream is dead. Pre: its attempt was taken.
    void close(http2_exchange& one) { unused_.push_back(&one); }

    std::size_t in_flight() const noexcept { return in_flight_.size(); }
    http2_exchange& operator[](std::size_t place) noexcept { return *in_flight_[place]; }

    // The stream that was asked for last: frames of one come together.
    bool remembers(std::int32_t stream) const noexcept { return stream == looked_up_; }
    http2_exchange* remembered() const noexcept { return found_; }
    void remember(std::int32_t stream, http2_exchange* one) noexcept {
        looked_up_ = stream;
        found_ = one;
    }
    void forget() noexcept { looked_up_ = none; }

  private:
    static constexpr std::int32_t none = -1;

    http2_exchange& blank() {
        if (unused_.empty()) {
            // Room for its return, so that only as many as were never open at once before cost
            // memory.
            if (unused_.capacity() <= all_.size()) unused_.reserve(2 * all_.size() + 8);
            return all_.emplace_back();
        }
        http2_exchange& one = *unused_.back();
        unused_.pop_back();
        one.restart();
        return one;
    }

    bool token_varies_;
    std::string token_;               // the latest, when they do not vary
    std::deque<http2_exchange> all_;  // addresses stay
    std::vector<http2_exchange*> unused_;
    std::vector<http2_exchange*> in_flight_;  // attempt::place is the index
    std::int32_t looked_up_ = none;
    http2_exchange* found_ = nullptr;
};

}  // namespace tidings::net

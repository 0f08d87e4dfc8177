// What a client has to make of a tls_story, record by record, by the letter of RFC 8446: written
// from the RFC and from what the story's teller knows, without a look into src/wire. A record that
// is not where, what and when it was sealed is none.
#pragma once

#include "fuzz/tls_story.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::fuzz {

enum class verdict_kind : std::uint8_t {
    data,     // the application's
    nothing,  // TLS's own affair
    answer,   // the peer renewed its keys and wants ours
    closed,
    ended,   // by the peer's alert
    broken,  // by us, with an alert
};

struct tls_verdict {
    verdict_kind what = verdict_kind::nothing;
    std::size_t end = 0;  // so much of the stream has to have come
    std::string data{};
    int alert = 0;  // theirs or ours
    bool new_keys = false;

    bool is_last() const { return what >= verdict_kind::closed; }
};

class tls_verdicts {
  public:
    // Up to the first that is the last, or to a record that has not come whole.
    static std::vector<tls_verdict> of(const tls_story& story) {
        tls_verdicts reader(story.first_number());
        std::vector<tls_verdict> made;
        const std::string_view stream = story.stream();
        std::size_t at = 0;
        while (stream.size() - at >= rfc8446::header_size &&
               (made.empty() || !made.back().is_last())) {
            const auto body = static_cast<std::size_t>(static_cast<unsigned char>(stream[at + 3]))
                                  << 8 |
                              static_cast<unsigned char>(stream[at + 4]);
            const auto size = rfc8446::header_size + body;
            if (body > rfc8446::body_max) {
                made.push_back(broken(record_overflow));
                made.back().end = at + rfc8446::header_size;
                return made;
            }
            if (stream.size() - at < size) return made;
            const auto sealed = story.sealed().find(at);
            made.push_back(reader.of_record(stream.substr(at, size), sealed != story.sealed().end()
                                                                         ? &sealed->second
                                                                         : nullptr));
            at += size;
            made.back().end = at;
        }
        return made;
    }

  private:
    enum alert : int {
        close_notify = 0,
        unexpected_message = 10,
        bad_record_mac = 20,
        record_overflow = 22,
        illegal_parameter = 47,
        decode_error = 50,
        user_canceled = 90,
    };

    explicit tls_verdicts(std::uint64_t number) : number_(number) {}

    static tls_verdict broken(alert why) { return {.what = verdict_kind::broken, .alert = why}; }

    tls_verdict of_record(std::string_view bytes, const tls_story::sealed_record* sealed) {
        if (bytes[0] != rfc8446::application_data) return broken(unexpected_message);
        const auto number = number_++;
        if (sealed == nullptr || sealed->bytes != bytes || sealed->number != number ||
            sealed->generation != generation_)
            return broken(bad_record_mac);
        // No room for a type. It is not even looked at, by OpenSSL neither.
        if (sealed->inner.empty()) return broken(bad_record_mac);
        if (sealed->inner.size() > rfc8446::content_max + 1) return broken(record_overflow);
        const auto type_at = sealed->inner.find_last_not_of('\0');
        if (type_at == std::string::npos) return broken(unexpected_message);
        const auto content = std::string_view(sealed->inner).substr(0, type_at);
        const char type = sealed->inner[type_at];
        if (type == rfc8446::handshake) return of_handshake(content);
        // Nothing comes between the pieces of a handshake message.
        if (!pending_.empty()) return broken(unexpected_message);
        if (type == rfc8446::alert) return of_alert(content);
        if (type != rfc8446::application_data) return broken(unexpected_message);
        if (content.empty()) return {};
        return {.what = verdict_kind::data, .data = std::string(content)};
    }

    static tls_verdict of_alert(std::string_view content) {
        if (content.size() != 2) return broken(decode_error);
        const int code = static_cast<unsigned char>(content[1]);
        if (code == close_notify) return {.what = verdict_kind::closed};
        if (code == user_canceled) return {};
        return {.what = verdict_kind::ended, .alert = code};
    }

    tls_verdict of_handshake(std::string_view content) {
        if (content.empty()) return broken(unexpected_message);
        pending_ += content;
        constexpr std::size_t header = 4;
        while (pending_.size() >= header) {
            const auto at = [this](std::size_t i) {
                return static_cast<std::size_t>(static_cast<unsigned char>(pending_[i]));
            };
            const auto size = at(1) << 16 | at(2) << 8 | at(3);
            if (pending_[0] == rfc8446::key_update) {
                if (size != 1) return broken(decode_error);
                if (pending_.size() == header) break;
                return of_key_update();
            }
            if (pending_[0] != rfc8446::new_session_ticket) return broken(unexpected_message);
            if (pending_.size() - header < size) break;
            pending_.erase(0, header + size);
        }
        return {};
    }

    tls_verdict of_key_update() {
        // What follows is under other keys, and so in another record.
        if (pending_.size() > 5) return broken(unexpected_message);
        const char asked = pending_[4];
        if (asked != 0 && asked != 1) return broken(illegal_parameter);
        pending_.clear();
        ++generation_;
        number_ = 0;
        return {.what = asked == 1 ? verdict_kind::answer : verdict_kind::nothing,
                .new_keys = true};
    }

    unsigned generation_ = 0;
    std::uint64_t number_;
    std::string pending_;  // the pieces of a handshake message
};

}  // namespace tidings::fuzz

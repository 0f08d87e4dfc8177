// Whatever a server that has the keys writes behind a handshake (tls_story): each record means to
// wire/record_layer what RFC 8446 says of it (tls_verdicts), and what is owed to the server, an
// alert or a KeyUpdate, can be opened with the client's keys as they are then.
#include "fuzz/tls_story.hpp"
#include "fuzz/tls_verdicts.hpp"
#include "support/tls_keys.hpp"
#include "wire/record_layer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tidings;
using namespace tidings::fuzz;
using wire::record_layer;
using said = record_layer::said;

constexpr std::string_view key_update_told("\x18\x00\x00\x01\x00\x16", 6);

said as_said(verdict_kind what) {
    switch (what) {
        case verdict_kind::data: return said::data;
        case verdict_kind::nothing: return said::nothing;
        case verdict_kind::answer: return said::renew_please;
        case verdict_kind::closed: return said::closed;
        case verdict_kind::ended: return said::ended;
        case verdict_kind::broken: return said::broken;
    }
    std::abort();
}

wire::traffic_secret secret_of(const std::string& bytes) {
    return wire::traffic_secret(
        {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

// The client, and the server's ears.
class conversation {
  public:
    conversation(tests::tls_keys::suite suite, const std::string& client_secret,
                 const std::string& server_secret, std::uint64_t written, std::uint64_t read)
        : to_server_(suite, client_secret, written) {
        const bool small = suite == tests::tls_keys::suite::aes_128_gcm_sha256;
        const auto* const ours = wire::find_record_suite(small ? TLS1_3_CK_AES_128_GCM_SHA256
                                                               : TLS1_3_CK_AES_256_GCM_SHA384);
        client_ = record_layer::make(*ours, {.client = secret_of(client_secret),
                                             .server = secret_of(server_secret),
                                             .written = written,
                                             .read = read});
        must(client_ != nullptr);
    }

    // The client reads a record.
    void reads(std::string_view bytes, const tls_verdict& expected) {
        // A copy of the exact size, so that a sanitizer sees the first byte read beyond it.
        std::vector<char> record(bytes.begin(), bytes.end());
        const auto got = client_->open(record);
        must(got.what == as_said(expected.what));
        must(std::string_view(got.data.data(), got.data.size()) == expected.data);
        if (got.what == said::renew_please) {
            server_hears(client_->seal_key_update(sealed_), {key_update_told});
            to_server_.renew();
        }
        if (got.what == said::broken) owes_alert(expected.alert);
        if (got.what == said::ended) expect_words(expected.alert);
        // A close answers a close.
        if (got.what == said::closed) says(wire::tls_alert::close_notify, 1);
    }

    // The header alone says that no such record is received.
    void finds_too_long(std::string_view header, const tls_verdict& expected) {
        must(size_of(header) > wire::record_received_max);
        client_->note_overflow();
        owes_alert(expected.alert);
    }

    void writes(std::size_t size) {
        const std::string content(std::min(size, rfc8446::content_max), 'w');
        const bool worn = to_server_.number() >= record_layer::records_a_key;
        const auto made = client_->seal(content, sealed_);
        std::size_t before = 0;
        if (worn) {
            before = wire::sealed_size(wire::key_update_size);
            server_hears(before, {key_update_told});
            to_server_.renew();
        }
        server_hears(made - before, content + rfc8446::application_data, before);
    }

    static std::size_t size_of(std::string_view header) {
        return record_layer::size_of(std::span<const char, wire::record_header_size>(
            header.data(), wire::record_header_size));
    }

  private:
    void server_hears(std::size_t size, std::string_view inner, std::size_t at = 0) {
        const auto heard = to_server_.open({sealed_.data() + at, size});
        must(heard && *heard == inner);
        must(size_of({sealed_.data() + at, size}) == size);
    }
    void says(wire::tls_alert alert, char level) {
        server_hears(client_->seal_alert(alert, sealed_),
                     std::string{level, static_cast<char>(alert), rfc8446::alert});
    }
    void owes_alert(int alert) {
        must(static_cast<int>(client_->fault()) == alert);
        says(client_->fault(), 2);
        expect_words(alert);
    }
    void expect_words(int alert) const {
        must(client_->why().find(SSL_alert_desc_string_long(alert)) != std::string::npos);
    }

    tests::tls_keys to_server_;
    std::unique_ptr<record_layer> client_;
    wire::sealed_bytes sealed_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 4096) return 0;
    script from({data, size});
    // Numbers of whose bytes each counts for the nonce, and those of a key about to be worn.
    constexpr std::array<std::uint64_t, 4> numbers = {0, 0xfe, 0xffff'fffe, 0x0102'0304'0506'07ff};
    const unsigned how = from.byte();
    const auto suite = (how & 1) == 0 ? tests::tls_keys::suite::aes_128_gcm_sha256
                                      : tests::tls_keys::suite::aes_256_gcm_sha384;
    const std::size_t secret_size = (how & 1) == 0 ? 32 : 48;
    const auto read = numbers[how >> 1 & 3];
    const auto written = (how & 8) == 0 ? read % 0x10'0000 : record_layer::records_a_key - 2;
    const std::string client_secret(secret_size, 'c');
    const std::string server_secret(secret_size, 's');

    tests::tls_keys from_server(suite, server_secret, read);
    const tls_story story(from, from_server, 0);
    const auto verdicts = tls_verdicts::of(story);
    conversation between(suite, client_secret, server_secret, written, read);
    std::size_t at = 0;
    auto write = story.writes().begin();
    for (const auto& one : verdicts) {
        for (; write != story.writes().end() && write->at <= at; ++write)
            between.writes(write->size);
        const auto bytes = std::string_view(story.stream()).substr(at, one.end - at);
        if (conversation::size_of(bytes) > wire::record_received_max)
            between.finds_too_long(bytes, one);
        else
            between.reads(bytes, one);
        at = one.end;
    }
    return 0;
}

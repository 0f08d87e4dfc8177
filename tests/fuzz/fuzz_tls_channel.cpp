// mutations: 1000
// A server that has the keys writes whatever it likes behind a handshake with OpenSSL (tls_story),
// in whatever pieces. wire/tls_channel gives out the data of the records before the first that is
// none, each as soon as it has come whole, and nothing after that; it says how the connection
// ended, and answers what has to be answered. All that is the same when the bytes come one by one.
//
// A neighbour that receives into the same buffer has its turn at any moment.
#include "fuzz/tls_story.hpp"
#include "fuzz/tls_verdicts.hpp"
#include "support/test_certificates.hpp"
#include "support/tls_keys.hpp"
#include "wire/handover.hpp"
#include "wire/tls_channel.hpp"
#include "wire/tls_context.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace {

using namespace tidings;
using namespace tidings::fuzz;
using wire::channel_status;
using wire::tls_channel;

// The traffic secrets of the handshake that was done last, as the server tells them.
struct told_secrets {
    std::string client;
    std::string server;
};
told_secrets told;

void on_key_log(const SSL*, const char* text) {
    const std::string_view line(text);
    std::string secret;
    for (auto at = line.rfind(' ') + 1; at + 1 < line.size(); at += 2)
        secret += static_cast<char>(std::stoi(std::string(line.substr(at, 2)), nullptr, 16));
    if (line.starts_with("CLIENT_TRAFFIC_SECRET_0 ")) told.client = secret;
    if (line.starts_with("SERVER_TRAFFIC_SECRET_0 ")) told.server = secret;
}

// What all connections share.
struct common {
    common() {
        const tests::test_authority authority;
        server = authority.server_context();
        client = wire::make_client_context().value();
        SSL_CTX_load_verify_file(client.get(), authority.file().c_str());
        SSL_CTX_set_keylog_callback(server.get(), on_key_log);
        // So that the server's first record behind the handshake is the story's.
        SSL_CTX_set_num_tickets(server.get(), 0);
    }

    wire::openssl_ptr<SSL_CTX> server;
    wire::openssl_ptr<SSL_CTX> client;
    wire::receive_buffer received;
    wire::receive_buffer server_received;
};

// Both ends behind their handshake.
struct joined {
    joined(common& of, const char* suite, int buffer) {
        std::array<int, 2> fds{-1, -1};
        must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0);
        if (buffer > 0) ::setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        using side = tls_channel::side;
        client.emplace(*of.client, wire::socket_handle(fds[0]), side::client, of.received);
        server.emplace(*of.server, wire::socket_handle(fds[1]), side::server, of.server_received);
        SSL_set_ciphersuites(client->ssl(), suite);
        bool shaken = false;
        for (int i = 0; i < 10 && !shaken; ++i) {
            client->on_events(EPOLLIN | EPOLLOUT);
            server->on_events(EPOLLIN | EPOLLOUT);
            const auto here = client->handshake();
            shaken = server->handshake() == channel_status::done && here == channel_status::done;
        }
        must(shaken);
    }

    std::optional<tls_channel> client;
    std::optional<tls_channel> server;
};

// Whoever else receives on this thread.
class neighbour {
  public:
    explicit neighbour(common& of) : ends_(of, "TLS_AES_128_GCM_SHA256", 0), into_(16384) {}

    void has_its_turn() {
        constexpr std::string_view word = "meanwhile";
        must(ends_.server->write(word).bytes == word.size());
        ends_.client->on_events(EPOLLIN);
        const auto got = ends_.client->read(into_);
        must(std::string_view(into_.data(), got.bytes) == word);
    }

  private:
    joined ends_;
    std::vector<char> into_;
};

constexpr std::size_t patience_max = 3;

// How the bytes come.
struct manner {
    bool small_suite = true;
    bool slow_server = false;  // it reads seldom, and the kernel holds little for it
    bool goodbye = false;      // of the client, in the end
    bool hangs_up = false;     // the server, with the last piece; not when it is slow
    std::string cuts;
    std::size_t at_once = 0;  // instead of the cuts

    std::size_t piece(std::size_t which) const {
        if (at_once > 0) return at_once;
        if (cuts.empty()) return 65536;
        const std::size_t cut = static_cast<unsigned char>(cuts[which % cuts.size()]);
        return cut < 128 ? cut + 1 : (cut - 127) * 257;
    }
    // After so many records of one turn the neighbour has its.
    std::size_t patience(std::size_t which) const {
        return cuts.empty()
                   ? 0
                   : static_cast<unsigned char>(cuts[which % cuts.size()]) % (patience_max + 1);
    }
};

class scene {
  public:
    scene(common& of, neighbour& next, const manner& how, script from)
        : how_(how),
          next_(next),
          ends_(of, how.small_suite ? "TLS_AES_128_GCM_SHA256" : "TLS_AES_256_GCM_SHA384",
                how.slow_server ? 4096 : 0),
          from_server_(suite(), told.server),
          to_server_(suite(), told.client),
          story_(from, from_server_, wire::handover::reads_before),
          expected_(tls_verdicts::of(story_)),
          into_(tls_channel::record_max) {}

    void play() {
        auto write = story_.writes().begin();
        const std::string_view stream = story_.stream();
        for (std::size_t which = 0; fed_ < stream.size() && !over_; ++which) {
            for (; write != story_.writes().end() && write->at <= fed_; ++write)
                client_writes(write->size);
            auto piece = stream.substr(fed_, piece_of(which));
            if (write != story_.writes().end()) piece = piece.substr(0, write->at - fed_);
            must(::send(ends_.server->fd(), piece.data(), piece.size(), MSG_NOSIGNAL) ==
                 static_cast<ssize_t>(piece.size()));
            fed_ += piece.size();
            if (how_.hangs_up && fed_ == stream.size()) hang_up();
            follow();
            take_turn(how_.patience(which));
        }
        for (; !over_ && !hung_up_ && write != story_.writes().end(); ++write)
            client_writes(write->size);
        if (!hung_up_) finish();
        must(hung_up_ || data_ == data_expected_);
        judge_what_was_heard();
    }

  private:
    tests::tls_keys::suite suite() const {
        return how_.small_suite ? tests::tls_keys::suite::aes_128_gcm_sha256
                                : tests::tls_keys::suite::aes_256_gcm_sha384;
    }
    tls_channel& client() { return *ends_.client; }

    // One by one as long as that takes no age.
    std::size_t piece_of(std::size_t which) const {
        return std::max(how_.piece(which), story_.stream().size() / pieces_max + 1);
    }

    // What the client should have said and done by now.
    void follow() {
        for (; !over_ && next_verdict_ < expected_.size(); ++next_verdict_) {
            const auto& one = expected_[next_verdict_];
            if (one.end > fed_) return;
            data_expected_ += one.data;
            if (one.what == verdict_kind::data && !renewed_before_) ++reads_;
            if (one.new_keys && !ours()) renewed_before_ = true;
            over_ = one.is_last();
            if (hung_up_) {
                answer_lost_ = answer_lost_ || one.what == verdict_kind::answer;
                continue;
            }
            // OpenSSL answers when it likes.
            if (one.what == verdict_kind::answer && ours()) owed_.push_back(key_update_told);
            if (one.what == verdict_kind::broken)
                owed_.push_back({2, static_cast<char>(one.alert), rfc8446::alert});
        }
    }
    bool ours() const { return !renewed_before_ && reads_ >= wire::handover::reads_before; }

    void take_turn(std::size_t patience) {
        // Room again in the kernel, and records that wait for it.
        if (patience == patience_max) server_listens();
        client().on_events(hung_up_ ? EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP
                                    : EPOLLIN | EPOLLOUT);
        must(client().readable());
        auto status = channel_status::done;
        for (std::size_t records = 0; status == channel_status::done && client().readable();) {
            if (++records > patience && patience > 0) {
                next_.has_its_turn();
                patience = 0;
            }
            status = read_one();
            must(records < 4096);
        }
        if (answer_lost_) {
            // The connection ends where the answer is due.
            must(client().failed() && data_expected_.starts_with(data_));
            return;
        }
        must(data_ == data_expected_);
        expect_end(status);
        must(client().makes_records() == ours());
        if (!how_.slow_server) server_listens();
    }

    channel_status read_one() {
        const auto got = client().read(into_);
        must(got.bytes == 0 || got.status == channel_status::done);
        data_.append(into_.data(), got.bytes);
        return got.status;
    }

    void expect_end(channel_status status) {
        if (!over_) {
            must(client().failed() == hung_up_);
            must(hung_up_ ? status == channel_status::cut
                          : status == channel_status::done || status == channel_status::again);
            return;
        }
        const auto& last = expected_[next_verdict_ - 1];
        const bool closed = last.what == verdict_kind::closed;
        const auto how = closed ? channel_status::closed : channel_status::failed;
        must(status == how && client().failed() == !closed);
        must(read_one() == how && client().system_error() == 0);
        if (closed) return;
        must(!client().readable() && !client().holds_more());
        must(client().why().find(SSL_alert_desc_string_long(last.alert)) != std::string::npos);
        const auto position = client().position();
        must(client().write(std::string_view("too late")).status == channel_status::failed);
        must(client().position() == position);
    }

    void client_writes(std::size_t size) {
        const std::string text = std::string(size, 'w');
        const auto before = client().position();
        client().on_events(EPOLLOUT);
        const auto wrote = client().write(text);
        must(wrote.status == channel_status::done || wrote.status == channel_status::again);
        must(client().position() == before + wrote.bytes);
        must(how_.slow_server || wrote.bytes == size);
        for (std::size_t at = 0; at < wrote.bytes; at += tls_channel::record_max)
            owed_.push_back(text.substr(at, std::min(wrote.bytes - at, tls_channel::record_max)) +
                            rfc8446::application_data);
        if (!how_.slow_server) server_listens();
    }

    void hang_up() {
        server_listens();
        ends_.server->close();
        hung_up_ = true;
        answer_lost_ = renewed_before_;  // it may have been put off until now
    }

    void server_listens() {
        std::array<char, 65536> some{};
        for (;;) {
            const auto size = ::recv(ends_.server->fd(), some.data(), some.size(), 0);
            if (size <= 0) return;
            heard_.append(some.data(), static_cast<std::size_t>(size));
        }
    }

    void finish() {
        if (how_.goodbye && !client().failed() && !client().write_waiting()) {
            client().close_notify();
            owed_.push_back({1, 0, rfc8446::alert});
        }
        const bool failed = client().failed();
        backlog_lost_ = failed && client().write_waiting();
        do {
            server_listens();
            client().on_events(EPOLLOUT);
        } while (client().flush() == channel_status::again);
        server_listens();
        if (!failed) must(client().taken_of(0, client().position()) == wire::taken::all);
        ends_.server->close();
        client().on_events(EPOLLIN | EPOLLRDHUP | EPOLLHUP);
        if (!over_) must(read_one() == channel_status::cut);
        if (over_ && !failed) must(read_one() == channel_status::closed);
        if (failed) must(read_one() == channel_status::failed);
    }

    void judge_what_was_heard() {
        std::string_view rest = heard_;
        std::size_t which = 0;
        while (rest.size() >= rfc8446::header_size) {
            const auto size = rfc8446::header_size +
                              (static_cast<std::size_t>(static_cast<unsigned char>(rest[3])) << 8) +
                              static_cast<unsigned char>(rest[4]);
            if (rest.size() < size) break;
            const auto inner = to_server_.open(rest.substr(0, size));
            rest.remove_prefix(size);
            must(inner.has_value());
            if (*inner == key_update_told) to_server_.renew();
            if (*inner == key_update_told && renewed_before_) continue;
            must(which < owed_.size() && *inner == owed_[which]);
            ++which;
        }
        must(backlog_lost_ || (rest.empty() && which == owed_.size()));
    }

    static constexpr std::size_t pieces_max = 512;
    inline static const std::string key_update_told{"\x18\x00\x00\x01\x00\x16", 6};

    const manner& how_;
    neighbour& next_;
    joined ends_;
    tests::tls_keys from_server_;
    tests::tls_keys to_server_;
    tls_story story_;
    std::vector<tls_verdict> expected_;
    std::size_t next_verdict_ = 0;
    std::size_t fed_ = 0;
    int reads_ = 0;                // of data
    bool renewed_before_ = false;  // keys, while OpenSSL read: it goes on
    bool over_ = false;
    bool hung_up_ = false;
    bool answer_lost_ = false;   // nobody was there any more to hear it
    bool backlog_lost_ = false;  // what waits for the kernel when the client fails never goes
    std::vector<char> into_;
    std::string data_;
    std::string data_expected_;
    std::string heard_;
    std::vector<std::string> owed_;  // to the server, in order
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static common of;
    static neighbour next(of);
    if (size > 4096) return 0;
    script from({data, size});
    const unsigned flags = from.byte();
    manner how{.small_suite = (flags & 1) == 0,
               .slow_server = (flags & 2) != 0,
               .goodbye = (flags & 4) != 0,
               .hangs_up = (flags & 10) == 8,
               .cuts = from.bytes(flags >> 4)};
    scene(of, next, how, from).play();
    how.at_once = 1;
    scene(of, next, how, from).play();
    return 0;
}

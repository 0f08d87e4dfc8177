// A client's and a server's channel, joined by a pair of sockets within the process.
#pragma once

#include "support/test_certificates.hpp"
#include "wire/tls_channel.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace tidings::wire {

struct channel_pair {
    // `buffer` is what the kernel is asked to hold at most in each direction; 0: its default.
    // `shared`: where the client's channel receives; null: a buffer of its own.
    explicit channel_pair(int version = TLS1_3_VERSION, int buffer = 0,
                          receive_buffer* shared = nullptr)
        : server_context(authority.server_context()),
          client_context(std::move(make_client_context().value())) {
        SSL_CTX_load_verify_file(client_context.get(), authority.file().c_str());
        SSL_CTX_set_max_proto_version(client_context.get(), version);
        int fds[2] = {-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
        for (const int fd : fds)
            if (buffer > 0) ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        client.emplace(*client_context, socket_handle(fds[0]), tls_channel::side::client,
                       shared != nullptr ? *shared : client_received);
        server.emplace(*server_context, socket_handle(fds[1]), tls_channel::side::server,
                       server_received);
    }

    static void wake(tls_channel& one) { one.on_events(EPOLLIN | EPOLLOUT); }

    bool shake_hands() {
        bool client_done = false;
        bool server_done = false;
        for (int i = 0; i < 1000 && !(client_done && server_done); ++i) {
            wake(*client);
            wake(*server);
            if (!client_done) client_done = client->handshake() == channel_status::done;
            if (!server_done) server_done = server->handshake() == channel_status::done;
        }
        client->flush();
        server->flush();
        return client_done && server_done;
    }

    // Until the client's records are its own, where they are ever to be.
    void settle() {
        for (int i = 0; i < 10; ++i) {
            server->write(std::string_view("."));
            EXPECT_EQ(read_all(*client), ".");
        }
    }

    // Reads what is there; how it ended is in `ended`.
    std::string read_all(tls_channel& from) {
        std::string text;
        std::vector<char> into(tls_channel::record_max);
        wake(from);
        for (;;) {
            const auto got = from.read(into);
            if (got.status != channel_status::done) {
                ended = got.status;
                return text;
            }
            text.append(into.data(), got.bytes);
        }
    }

    tests::test_authority authority;
    openssl_ptr<SSL_CTX> server_context;
    openssl_ptr<SSL_CTX> client_context;
    receive_buffer client_received;
    receive_buffer server_received;
    std::optional<tls_channel> client;
    std::optional<tls_channel> server;
    channel_status ended = channel_status::again;
};

}  // namespace tidings::wire

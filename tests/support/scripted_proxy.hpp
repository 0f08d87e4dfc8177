// An HTTP proxy for tests: it reads a CONNECT, answers as it is told, and from then on carries
// bytes between the client and a port of this machine. It runs on the test's own io_context.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace tidings::tests {

class scripted_proxy {
  public:
    using tcp = boost::asio::ip::tcp;

    scripted_proxy(boost::asio::io_context& io, std::uint16_t to)
        : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}), to_(to) {
        accept();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::string url(const std::string& credentials = "") const {
        return "http://" + credentials + "127.0.0.1:" + std::to_string(port());
    }

    std::vector<std::string> heads;  // of the requests, whole
    std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    bool hangs_up = false;  // instead of an answer
    bool silent = false;

  private:
    struct way : std::enable_shared_from_this<way> {
        explicit way(tcp::socket socket)
            : client(std::move(socket)), server(client.get_executor()) {}

        void carry(tcp::socket& from, tcp::socket& to, std::array<char, 16384>& by) {
            from.async_read_some(boost::asio::buffer(by), [self = shared_from_this(), this, &from,
                                                           &to, &by](auto error, auto size) {
                if (error) return end();
                boost::asio::async_write(to, boost::asio::buffer(by, size),
                                         [self, this, &from, &to, &by](auto failed, auto) {
                                             if (failed) return end();
                                             carry(from, to, by);
                                         });
            });
        }
        void end() {
            boost::system::error_code ignored;
            client.close(ignored);
            server.close(ignored);
        }

        tcp::socket client;
        tcp::socket server;
        std::string head;
        std::array<char, 16384> out{};
        std::array<char, 16384> in{};
    };

    void accept() {
        acceptor_.async_accept([this](auto error, tcp::socket socket) {
            if (error) return;
            read_head(std::make_shared<way>(std::move(socket)));
            accept();
        });
    }
    void read_head(std::shared_ptr<way> one) {
        one->client.async_read_some(boost::asio::buffer(one->out),
                                    [this, one](auto error, auto size) {
                                        if (error) return;
                                        one->head.append(one->out.data(), size);
                                        if (one->head.find("\r\n\r\n") == std::string::npos)
                                            return read_head(one);
                                        heads.push_back(one->head);
                                        if (hangs_up) return one->end();
                                        if (silent) return wait_for_end(one);
                                        open(one);
                                    });
    }
    void wait_for_end(std::shared_ptr<way> one) {
        one->client.async_read_some(boost::asio::buffer(one->out),
                                    [one](auto, auto) { one->end(); });
    }
    void open(const std::shared_ptr<way>& one) {
        boost::system::error_code failed;
        one->server.connect({boost::asio::ip::address_v4::loopback(), to_}, failed);
        boost::asio::write(one->client, boost::asio::buffer(answer), failed);
        if (failed || answer.find(" 200 ") == std::string::npos) return wait_for_end(one);
        one->carry(one->client, one->server, one->out);
        one->carry(one->server, one->client, one->in);
    }

    tcp::acceptor acceptor_;
    std::uint16_t to_;
};

}  // namespace tidings::tests

#include "gateway/server_rig.hpp"

#include "gateway/server/admin_gate.hpp"
#include "gateway/signed_token.hpp"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <future>
#include <stdexcept>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tidings::gateway::testing {

namespace {

constexpr int patience_s = 30;  // of a client whose server is silent

std::int64_t read_clock(clockid_t which) {
    timespec now{};
    ::clock_gettime(which, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

int connected_socket(std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{patience_s, 0};
    ::setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(made, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw std::runtime_error("the gateway does not listen");
    return made;
}

void trust(SSL_CTX* context, const std::string& pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* authority = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
    BIO_free(bio);
}

}  // namespace

core::instant real_clock::now() const noexcept {
    return core::instant(core::duration(read_clock(CLOCK_BOOTTIME)));
}
core::wall_time real_clock::wall_now() const noexcept {
    return core::wall_time(std::chrono::microseconds(read_clock(CLOCK_REALTIME) / 1000));
}

settings quiet_settings() {
    settings made;
    made.server.port = 0;
    made.server.admin_port = 0;
    made.server.folder.clear();
    made.service.bots[0].limits.clear();
    return made;
}

settings faulty_settings(const std::string& fault) {
    auto made = quiet_settings();
    made.faults = faults_from_text("[[fault]]\n" + fault).value();
    return made;
}

serving_gateway::serving_gateway(settings how) : server_(io_, std::move(how), clock_) {
    where_ = server_.start().value();
    thread_ = std::thread([this] { io_.run(); });
}

serving_gateway::~serving_gateway() {
    if (!thread_.joinable()) return;
    // Twice: what a test left open is not waited for.
    server_.stop_from_anywhere();
    server_.stop_from_anywhere();
    thread_.join();
}

void serving_gateway::on_server(const std::function<void(server&)>& ask) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
        ask(server_);
        done.set_value();
    });
    done.get_future().wait();
}

std::uint64_t serving_gateway::triggered() {
    std::uint64_t count = 0;
    on_server([&count](server& one) { count = one.book().size(); });
    return count;
}

void serving_gateway::stop() {
    server_.stop_from_anywhere();
    thread_.join();
}

blocking_client::blocking_client(const served& where, options how)
    : socket_(connected_socket(where.port)), context_(SSL_CTX_new(TLS_client_method())) {
    // OpenSSL writes without MSG_NOSIGNAL, and many of these tests hang up on the client.
    std::signal(SIGPIPE, SIG_IGN);
    SSL_CTX_set_max_proto_version(context_, how.tls_max);
    if (!where.ca_pem.empty()) trust(context_, where.ca_pem);
    if (how.verify) SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    SSL_set1_host(ssl_, how.name);
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(how.name));
    if (how.alpn != nullptr)
        SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(how.alpn),
                            static_cast<unsigned>(std::string_view(how.alpn).size()));
    ERR_clear_error();
    if (SSL_connect(ssl_) == 1) return;
    const long verdict = SSL_get_verify_result(ssl_);
    trouble_ = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : "handshake failed";
}

blocking_client::~blocking_client() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(socket_);
}

bool blocking_client::write(std::string_view bytes) {
    ERR_clear_error();
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

std::string blocking_client::read_some() {
    if (!unread_.empty()) return std::exchange(unread_, {});
    char buffer[16384];
    ERR_clear_error();
    errno = 0;
    const int size = SSL_read(ssl_, buffer, sizeof buffer);
    if (size > 0) return {buffer, static_cast<std::size_t>(size)};
    const int error = SSL_get_error(ssl_, size);
    if (error == SSL_ERROR_ZERO_RETURN)
        end_ = stream_end::close_notify;
    else if (error == SSL_ERROR_SYSCALL && errno == ECONNRESET)
        end_ = stream_end::reset;
    else
        end_ = stream_end::eof;
    return {};
}

std::string blocking_client::read_all(std::size_t max) {
    std::string all;
    while (all.size() < max && end_ == stream_end::open)
        all += read_some();
    return all;
}

std::string blocking_client::read_answer() {
    std::string all;
    while (end_ == stream_end::open) {
        const auto head_end = all.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            if (all.starts_with("HTTP/1.1 1")) {
                all.erase(0, head_end + 4);
                continue;
            }
            const auto at = all.find("Content-Length: ");
            if (at != std::string::npos && at < head_end) {
                const auto whole = head_end + 4 + std::stoull(all.substr(at + 16));
                if (all.size() >= whole) {
                    unread_ = all.substr(whole);
                    all.resize(whole);
                    return all;
                }
            }
        }
        all += read_some();
    }
    return all;
}

plain_client::plain_client(std::uint16_t port) : socket_(connected_socket(port)) {}

plain_client::~plain_client() {
    ::close(socket_);
}

std::string plain_client::read_all() const {
    std::string all;
    char buffer[4096];
    for (ssize_t size = 0; (size = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;)
        all.append(buffer, static_cast<std::size_t>(size));
    return all;
}

std::string ask_admin(const served& where, std::string_view method, std::string_view target,
                      std::string_view body) {
    const int client = connected_socket(where.admin_port);
    auto token = admin_header(where.admin_token);  // a line of a file
    token.insert(token.size() - 1, "\r");
    std::string asked =
        std::string(method) + " " + std::string(target) +
        " HTTP/1.1\r\nHost: localhost:" + std::to_string(where.admin_port) + "\r\n" + token +
        "Content-Type: application/toml\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + std::string(body);
    std::string all;
    if (::send(client, asked.data(), asked.size(), MSG_NOSIGNAL) > 0) {
        char buffer[4096];
        for (ssize_t size = 0; (size = ::recv(client, buffer, sizeof buffer, 0)) > 0;)
            all.append(buffer, static_cast<std::size_t>(size));
    }
    ::close(client);
    return all;
}

std::string sample_request(std::string_view more, std::string_view to) {
    static const std::string token = hmac_token(sample_payload());
    const auto body = R"({"fromNo": "+16693422058", "toNo": ")" + std::string(to) + "\"}";
    return "POST " + std::string(sample_target) +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
           "application/json;charset=UTF-8\r\nauth: " +
           token + "\r\n" + std::string(more) + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace tidings::gateway::testing

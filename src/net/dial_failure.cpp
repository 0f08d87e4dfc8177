#include "net/dial_failure.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <boost/system/error_code.hpp>
#include <openssl/ssl.h>

namespace tidings::net {

namespace {

struct connect_rule {
    int error;
    trouble_kind kind;
    std::string_view advice;
};

constexpr std::string_view ask_for_tls = "; is that port the right one, and does TLS run there?";
constexpr std::string_view ask_for_network = "; check the network and `url`";
constexpr std::string_view ask_for_descriptors = "; raise `ulimit -n` or lower `connections_max`";

// What is not here is a network that does not let us through.
constexpr std::array connect_rules = {
    connect_rule{ECONNREFUSED, trouble_kind::refused,
                 "; nobody listens there: check host and port in `url`"},
    connect_rule{ETIMEDOUT, trouble_kind::timeout, ask_for_network},
    // It had been accepted, and the reset came before anybody looked.
    connect_rule{ECONNRESET, trouble_kind::tls, ask_for_tls},
    connect_rule{EMFILE, trouble_kind::resources, ask_for_descriptors},
    connect_rule{ENFILE, trouble_kind::resources, ask_for_descriptors},
    connect_rule{ENOBUFS, trouble_kind::resources, ask_for_network},
    connect_rule{ENOMEM, trouble_kind::resources, ask_for_network},
    connect_rule{EADDRNOTAVAIL, trouble_kind::resources, "; this machine has no free port left"},
};

struct alert_rule {
    std::uint8_t alert;
    std::string_view advice;
};

constexpr std::string_view ask_for_proxy = "; check `proxy` (or HTTPS_PROXY)";

struct proxy_rule {
    std::uint16_t status;
    bool fatal;
    std::string_view advice;
};

constexpr std::array proxy_rules = {
    proxy_rule{403, true, "; ask its owner to let this host through"},
    proxy_rule{407, true, "; it wants a user and a password: see `proxy` and `proxy_password`"},
    proxy_rule{502, false, "; it does not reach the server"},
    proxy_rule{503, false, "; it does not reach the server, or has too much to do"},
    proxy_rule{504, false, "; the server does not answer it"},
};
constexpr proxy_rule other_refusal{0, true, ask_for_proxy};
constexpr proxy_rule other_trouble{0, false, {}};
constexpr std::string_view other_credentials =
    "; it does not accept the user or password of `proxy` and `proxy_password`";

// What is not here says enough by its name.
constexpr std::array alert_rules = {
    alert_rule{40, "; it accepts no cipher, group or signature that is offered to it"},
    alert_rule{70, "; it speaks neither TLS 1.2 nor TLS 1.3"},
    alert_rule{71, "; it wants weaker or other ciphers than are offered to it"},
    alert_rule{80, "; something is broken there"},
    alert_rule{112, "; it does not know this host name: check `url`"},
    alert_rule{120, "; it speaks no HTTP that is offered to it: set `http` to \"auto\""},
};

dial_failure of_address(trouble_kind kind, std::string text) {
    return {.kind = kind, .fatal = false, .of_address = true, .text = std::move(text)};
}

std::string words(std::string_view before, std::string_view peer, std::string_view after) {
    return std::string(before).append(peer).append(after);
}

}  // namespace

dial_failure connect_failure(int error, std::string_view peer) {
    const auto* const rule = std::find_if(connect_rules.begin(), connect_rules.end(),
                                          [&](const auto& one) { return one.error == error; });
    const bool known = rule != connect_rules.end();
    return of_address(known ? rule->kind : trouble_kind::unreachable,
                      words("cannot connect to ", peer, ": ") +
                          boost::system::system_category().message(error) +
                          std::string(known ? rule->advice : ask_for_network));
}

dial_failure timeout_failure(dial_step slow, std::string_view peer) {
    std::string_view what;
    switch (slow) {
        case dial_step::connect:
            what = " does not answer: the connection was not accepted within connect_timeout";
            break;
        case dial_step::tunnel:
            what = " accepted the connection and then opened no way within connect_timeout";
            break;
        case dial_step::handshake:
            what =
                " accepted the connection and then did not finish the TLS handshake within "
                "connect_timeout";
            break;
    }
    return of_address(trouble_kind::timeout,
                      words("", peer, what) + "; check the network, firewalls and `url`");
}

dial_failure proxy_refusal(std::uint16_t status, std::string_view words_of_it, bool known,
                           std::string_view peer) {
    const auto* rule = std::find_if(proxy_rules.begin(), proxy_rules.end(),
                                    [&](const auto& one) { return one.status == status; });
    if (rule == proxy_rules.end()) rule = &(status >= 500 ? other_trouble : other_refusal);
    std::string text =
        words("", peer, " opens no way to the server: \"").append(words_of_it).append("\"");
    text += status == 407 && known ? other_credentials : rule->advice;
    return {.kind = trouble_kind::proxy, .fatal = rule->fatal, .text = std::move(text)};
}

dial_failure proxy_hang_up_failure(std::string_view peer) {
    return {.kind = trouble_kind::proxy,
            .of_address = true,
            .text = words("", peer, " closed the connection when it was asked for the way") +
                    std::string(ask_for_proxy)};
}

dial_failure no_proxy_failure(std::string_view peer) {
    return {.kind = trouble_kind::proxy,
            .fatal = true,
            .text = words("", peer, " does not answer as an HTTP proxy does") +
                    std::string(ask_for_proxy)};
}

dial_failure handshake_failure(std::string_view reason, std::string_view peer) {
    return of_address(trouble_kind::tls,
                      words("the TLS handshake with ", peer, " failed: ").append(reason));
}

std::string_view alert_name(std::uint8_t alert) noexcept {
    switch (alert) {
        case 86: return "inappropriate fallback";  // RFC 7507
        case 109: return "missing extension";      // RFC 8446
        case 116: return "certificate required";   // RFC 8446
        default: return SSL_alert_desc_string_long(alert);
    }
}

dial_failure alert_failure(std::uint8_t alert, std::string_view name, std::string_view peer) {
    auto why = handshake_failure(
        words("it answers \"", name, "\" (TLS alert ") + std::to_string(alert) + ")", peer);
    const auto* const rule = std::find_if(alert_rules.begin(), alert_rules.end(),
                                          [&](const auto& one) { return one.alert == alert; });
    if (rule != alert_rules.end()) why.text += rule->advice;
    return why;
}

dial_failure client_certificate_failure(bool shown, std::string_view name, std::string_view peer) {
    const std::string_view what =
        shown ? " turns the client certificate down: \"" : " demands a client certificate: \"";
    const std::string_view advice =
        shown ? "\"; ask its owner which authority it accepts, and check `client_certificate`"
              : "\"; name yours in `client_certificate` and `client_key`";
    return certificate_failure(words("", peer, what).append(name).append(advice));
}

dial_failure hang_up_failure(std::string_view reason, std::string_view peer) {
    auto why = handshake_failure(reason, peer);
    why.text += ask_for_tls;
    return why;
}

dial_failure certificate_failure(std::string text) {
    return {.kind = trouble_kind::certificate, .fatal = true, .text = std::move(text)};
}

dial_failure protocol_failure(std::string_view peer) {
    return {.kind = trouble_kind::protocol,
            .fatal = true,
            .text = words("", peer, " does not offer HTTP/2; set `http` to \"auto\"")};
}

dial_failure memory_failure() {
    return {.kind = trouble_kind::resources, .text = "OpenSSL has no memory left"};
}

dial_failure watch_failure(std::string text) {
    return {.kind = trouble_kind::resources, .text = std::move(text)};
}

}  // namespace tidings::net

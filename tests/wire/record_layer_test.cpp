// The record layer by itself: RFC 8448's trace of a connection byte for byte, and what a peer may
// and may not send, sealed by the same code under the server's secret.
#include "wire/record_layer.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::wire {
namespace {

using said = record_layer::said;

std::vector<char> from_hex(std::string_view hex) {
    std::vector<char> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return bytes;
}

traffic_secret secret_from_hex(std::string_view hex) {
    const auto bytes = from_hex(hex);
    return traffic_secret({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
}

std::string_view text_of(std::span<const char> bytes) {
    return {bytes.data(), bytes.size()};
}

// RFC 8448, section 3 ("Simple 1-RTT Handshake"): TLS_AES_128_GCM_SHA256.
constexpr std::string_view client_secret =
    "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";
constexpr std::string_view server_secret =
    "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643";
constexpr std::string_view server_ticket =
    "17030300de3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3d11d63c758db28"
    "9a015940252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9da773b9ca7f2b9fa1b6c0d4a3d03f"
    "75e09c30ba1e62972ac46f75f7b981be63439b2999ce13064615139891d5e4c5b406f16e3fc181a77ca475840025db"
    "2f0a77f81b5ab05b94c01346755f69232c86519d86cbeeac87aac347d143f9605d64f650db4d023e70e952ca49fe51"
    "37121c74bc2697687e248746d6df353005f3bce18696129c8153556b3b6c6779b37bf15985684f";
constexpr std::string_view client_data =
    "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e"
    "2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4";
constexpr std::string_view server_data =
    "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb501a59"
    "a8fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d";
constexpr std::string_view client_close = "1703030013c9872760655666b74d7ff1153efd6db6d0b0e3";
constexpr std::string_view server_close = "1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9";

std::string fifty_bytes() {
    std::string bytes;
    for (char c = 0; c < 50; ++c)
        bytes += c;
    return bytes;
}

// A client's record layer, and the server's end of it.
struct two_ends {
    explicit two_ends(std::uint32_t suite_id = TLS1_3_CK_AES_128_GCM_SHA256,
                      std::uint64_t written = 0) {
        const auto* const suite = find_record_suite(suite_id);
        const std::string twice(client_secret);
        const auto secret = [&](std::string_view hex) {
            return secret_from_hex((std::string(hex) + twice).substr(0, 2 * suite->secret_size));
        };
        client = record_layer::make(
            *suite,
            {.client = secret(client_secret), .server = secret(server_secret), .written = written});
        using use = record_protection::use;
        from_server = record_protection::make(use::sealing, *suite, secret(server_secret), 0);
        to_server = record_protection::make(use::opening, *suite, secret(client_secret), written);
    }

    std::span<char> server_record(record_type type, std::string_view content) {
        const auto size = from_server->seal(type, content, record.data());
        return {record.data(), size};
    }
    // What the client makes of it.
    record_layer::incoming says(record_type type, std::string_view content) {
        return client->open(server_record(type, content));
    }
    // What the client seals, as the server reads it.
    record_protection::opened server_reads(std::size_t size) {
        return to_server->open({sealed.data(), size});
    }

    std::unique_ptr<record_layer> client;
    std::optional<record_protection> from_server;
    std::optional<record_protection> to_server;
    sealed_bytes record{};
    sealed_bytes sealed{};
};

constexpr std::string_view key_update_asked("\x18\x00\x00\x01\x01", 5);
constexpr std::string_view key_update_told("\x18\x00\x00\x01\x00", 5);

TEST(record_layer, reads_and_writes_the_connection_of_rfc_8448) {
    two_ends ends;
    auto ticket = from_hex(server_ticket);
    EXPECT_EQ(ends.client->open(ticket).what, said::nothing);
    const auto size = ends.client->seal(fifty_bytes(), ends.sealed);
    EXPECT_EQ(std::vector<char>(ends.sealed.begin(), ends.sealed.begin() + size),
              from_hex(client_data));
    auto data = from_hex(server_data);
    const auto got = ends.client->open(data);
    EXPECT_EQ(got.what, said::data);
    EXPECT_EQ(text_of(got.data), fifty_bytes());
    const auto close = ends.client->seal_alert(tls_alert::close_notify, ends.sealed);
    EXPECT_EQ(std::vector<char>(ends.sealed.begin(), ends.sealed.begin() + close),
              from_hex(client_close));
    auto closed = from_hex(server_close);
    EXPECT_EQ(ends.client->open(closed).what, said::closed);
}

TEST(record_layer, begins_where_openssl_stopped) {
    const auto* const suite = find_record_suite(TLS1_3_CK_AES_128_GCM_SHA256);
    const auto client = record_layer::make(*suite, {.client = secret_from_hex(client_secret),
                                                    .server = secret_from_hex(server_secret),
                                                    .written = 1,
                                                    .read = 2});
    sealed_bytes sealed;
    const auto size = client->seal_alert(tls_alert::close_notify, sealed);
    EXPECT_EQ(std::vector<char>(sealed.begin(), sealed.begin() + size), from_hex(client_close));
    auto closed = from_hex(server_close);
    EXPECT_EQ(client->open(closed).what, said::closed);
}

TEST(record_layer, leaves_other_suites_to_openssl) {
    EXPECT_EQ(find_record_suite(TLS1_3_CK_CHACHA20_POLY1305_SHA256), nullptr);
    EXPECT_EQ(find_record_suite(TLS1_3_CK_AES_128_CCM_SHA256), nullptr);
    const auto* const suite = find_record_suite(TLS1_3_CK_AES_256_GCM_SHA384);
    ASSERT_NE(suite, nullptr);
    // Secrets of another digest's size are not the ones.
    EXPECT_EQ(record_layer::make(*suite, {.client = secret_from_hex(client_secret),
                                          .server = secret_from_hex(server_secret)}),
              nullptr);
}

class record_sizes : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(suites, record_sizes,
                         testing::Values(TLS1_3_CK_AES_128_GCM_SHA256,
                                         TLS1_3_CK_AES_256_GCM_SHA384));

TEST_P(record_sizes, from_one_byte_to_the_longest) {
    two_ends ends(GetParam());
    for (const std::size_t size : {1U, 15U, 16U, 17U, 500U, 4096U, 16383U, 16384U}) {
        const std::string text(size, 'x');
        const auto got = ends.says(record_type::application_data, text);
        ASSERT_EQ(got.what, said::data) << size;
        EXPECT_EQ(text_of(got.data), text);
        const auto sealed = ends.client->seal(text, ends.sealed);
        ASSERT_EQ(sealed, sealed_size(size));
        EXPECT_EQ(text_of(ends.server_reads(sealed).content), text);
    }
    EXPECT_EQ(ends.says(record_type::application_data, "").what, said::nothing);
}

TEST(record_layer, a_record_changed_anywhere_is_not_read) {
    const std::string text = "a message";
    for (std::size_t i = 0; i < sealed_size(text.size()); ++i) {
        if (i == 3 || i == 4) continue;  // the length: whoever cuts the stream apart reads it
        two_ends ends;
        const auto record = ends.server_record(record_type::application_data, text);
        record[i] = static_cast<char>(record[i] ^ 1);
        EXPECT_EQ(ends.client->open(record).what, said::broken) << i;
        const auto fault = i == 0 ? tls_alert::unexpected_message : tls_alert::bad_record_mac;
        EXPECT_EQ(ends.client->fault(), fault) << i;
    }
}

TEST(record_layer, a_record_that_comes_again_or_too_early_is_not_read) {
    two_ends again;
    const auto record = again.server_record(record_type::application_data, "once");
    std::vector<char> copy(record.begin(), record.end());
    EXPECT_EQ(again.client->open(record).what, said::data);
    EXPECT_EQ(again.client->open(copy).what, said::broken);
    two_ends early;
    early.server_record(record_type::application_data, "the first, which is lost");
    EXPECT_EQ(early.says(record_type::application_data, "the second").what, said::broken);
}

TEST(record_layer, a_record_without_room_for_its_tag_is_not_read) {
    for (std::size_t size = 0; size < record_tag_size + 1; ++size) {
        two_ends ends;
        std::vector<char> record = {23, 3, 3, 0, static_cast<char>(size)};
        record.resize(record_header_size + size);
        EXPECT_EQ(ends.client->open(record).what, said::broken);
        EXPECT_EQ(ends.client->fault(), tls_alert::bad_record_mac);
    }
}

// Padding is content and type as our own sealing sees them: zeros behind the peer's type.
TEST(record_layer, padding_is_taken_off) {
    const auto padded = [](std::string content, record_type type, std::size_t zeros) {
        content += static_cast<char>(type);
        content.append(zeros, '\0');
        return content;
    };
    two_ends ends;
    const auto open = [&](const std::string& inner) {
        // The last byte of the inner plaintext is what we seal as the type: a zero, too.
        return ends.says(static_cast<record_type>(0), inner);
    };
    const auto got = open(padded("text", record_type::application_data, 300));
    EXPECT_EQ(got.what, said::data);
    EXPECT_EQ(text_of(got.data), "text");
    const auto zeros = open(padded(std::string(5, '\0'), record_type::application_data, 0));
    EXPECT_EQ(zeros.data.size(), 5U);
    EXPECT_EQ(open(padded("", record_type::application_data, 9)).what, said::nothing);
    EXPECT_EQ(open(std::string(40, '\0')).what, said::broken);
    EXPECT_EQ(ends.client->fault(), tls_alert::unexpected_message);
}

// Our own sealing makes no such record: this one is sealed with OpenSSL under the server's first
// key and IV, as the RFC prints them.
TEST(record_layer, more_content_than_a_record_may_hold_is_not_read) {
    const auto key = from_hex("9f02283b6c9c07efc26bb9f2ac92e356");
    const auto iv = from_hex("cf782b88dd83549aadf1e984");
    const auto bytes = [](const std::vector<char>& of) {
        return reinterpret_cast<const unsigned char*>(of.data());
    };
    for (const std::size_t content : {record_content_max, record_content_max + 1}) {
        std::vector<unsigned char> record(sealed_size(content), 23);
        const auto sealed = record.size() - record_header_size;
        record[1] = record[2] = 3;
        record[3] = static_cast<unsigned char>(sealed >> 8);
        record[4] = static_cast<unsigned char>(sealed & 0xff);
        unsigned char* const body = record.data() + record_header_size;
        EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
        int size = 0;
        EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nullptr, bytes(key), bytes(iv));
        EVP_EncryptUpdate(context, nullptr, &size, record.data(), record_header_size);
        EVP_EncryptUpdate(context, body, &size, body, static_cast<int>(content + 1));
        EVP_EncryptFinal_ex(context, body + content + 1, &size);
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, record_tag_size, body + content + 1);
        EVP_CIPHER_CTX_free(context);
        two_ends ends;
        const auto got = ends.client->open({reinterpret_cast<char*>(record.data()), record.size()});
        if (content == record_content_max) {
            EXPECT_EQ(got.what, said::data);
            EXPECT_EQ(got.data.size(), content);
        } else {
            EXPECT_EQ(got.what, said::broken);
            EXPECT_EQ(ends.client->fault(), tls_alert::record_overflow);
        }
    }
}

TEST(record_layer, knows_how_long_a_record_is) {
    const auto size_of = [](std::vector<char> header) {
        return record_layer::size_of(std::span<const char, record_header_size>(header));
    };
    EXPECT_EQ(size_of({23, 3, 3, 0, 0}), record_header_size);
    EXPECT_EQ(size_of({23, 3, 3, 0x41, 0x00}), record_received_max);
    EXPECT_EQ(size_of({23, 3, 3, -1, -1}), record_header_size + 65535);
    two_ends ends;
    ends.client->note_overflow();
    EXPECT_EQ(ends.client->fault(), tls_alert::record_overflow);
    EXPECT_NE(ends.client->why().find("overflow"), std::string::npos);
}

TEST(record_layer, keys_are_renewed_when_the_peer_says_so) {
    two_ends ends(TLS1_3_CK_AES_256_GCM_SHA384);
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(ends.says(record_type::handshake, key_update_told).what, said::nothing);
        ASSERT_TRUE(ends.from_server->renew());
        EXPECT_EQ(text_of(ends.says(record_type::application_data, "under a new key").data),
                  "under a new key");
    }
    EXPECT_EQ(ends.says(record_type::handshake, key_update_asked).what, said::renew_please);
    const auto told = ends.server_reads(ends.client->seal_key_update(ends.sealed));
    EXPECT_EQ(told.type, static_cast<std::uint8_t>(record_type::handshake));
    EXPECT_EQ(text_of(told.content), key_update_told);
    ASSERT_TRUE(ends.to_server->renew());
    const auto after = ends.server_reads(ends.client->seal(fifty_bytes(), ends.sealed));
    EXPECT_EQ(text_of(after.content), fifty_bytes());
}

TEST(record_layer, the_old_key_is_no_good_after_a_renewal) {
    two_ends ends;
    EXPECT_EQ(ends.says(record_type::handshake, key_update_told).what, said::nothing);
    EXPECT_EQ(ends.says(record_type::application_data, "under the old one").what, said::broken);
}

TEST(record_layer, a_worn_key_is_renewed_before_the_next_record) {
    two_ends ends(TLS1_3_CK_AES_128_GCM_SHA256, record_layer::records_a_key - 1);
    const auto last = ends.client->seal(fifty_bytes(), ends.sealed);
    EXPECT_EQ(last, sealed_size(50));
    EXPECT_EQ(text_of(ends.server_reads(last).content), fifty_bytes());
    const auto both = ends.client->seal(fifty_bytes(), ends.sealed);
    ASSERT_EQ(both, sealed_size(key_update_size) + sealed_size(50));
    EXPECT_EQ(text_of(ends.server_reads(sealed_size(key_update_size)).content), key_update_told);
    ASSERT_TRUE(ends.to_server->renew());
    const auto first = ends.to_server->open(
        std::span(ends.sealed).subspan(sealed_size(key_update_size), sealed_size(50)));
    EXPECT_EQ(text_of(first.content), fifty_bytes());
    EXPECT_EQ(ends.client->seal(fifty_bytes(), ends.sealed), sealed_size(50));
}

TEST(record_layer, tickets_are_passed_over_in_any_pieces) {
    std::string messages("\x04\x00\x01\x00", 4);
    messages += std::string(256, 't');
    messages += messages;  // two in a row
    for (const std::size_t piece : {1U, 3U, 4U, 100U, 260U, 261U, 520U}) {
        two_ends ends;
        for (std::size_t at = 0; at < messages.size(); at += piece)
            ASSERT_EQ(ends.says(record_type::handshake, messages.substr(at, piece)).what,
                      said::nothing);
        EXPECT_EQ(ends.says(record_type::application_data, "and on").what, said::data) << piece;
    }
}

TEST(record_layer, a_key_update_in_pieces_is_one) {
    two_ends ends;
    for (const char c : key_update_asked.substr(0, 4))
        EXPECT_EQ(ends.says(record_type::handshake, {&c, 1}).what, said::nothing);
    EXPECT_EQ(ends.says(record_type::handshake, key_update_asked.substr(4)).what,
              said::renew_please);
    ASSERT_TRUE(ends.from_server->renew());
    EXPECT_EQ(ends.says(record_type::application_data, "and on").what, said::data);
}

TEST(record_layer, alerts_are_told_apart) {
    EXPECT_EQ(two_ends().says(record_type::alert, {"\x01\x00", 2}).what, said::closed);
    EXPECT_EQ(two_ends().says(record_type::alert, {"\x01\x5a", 2}).what, said::nothing);
    two_ends ends;
    EXPECT_EQ(ends.says(record_type::alert, {"\x02\x50", 2}).what, said::ended);
    EXPECT_EQ(ends.client->why(), "the peer ended TLS with the alert \"internal error\"");
}

struct breach {
    const char* name;
    std::vector<std::pair<record_type, std::string>> records;
    tls_alert fault;
};

void PrintTo(const breach& one, std::ostream* out) {
    *out << one.name;
}

class record_breaches : public testing::TestWithParam<breach> {};
INSTANTIATE_TEST_SUITE_P(
    each, record_breaches,
    testing::Values(
        breach{"type", {{static_cast<record_type>(24), "x"}}, tls_alert::unexpected_message},
        breach{"change_cipher_spec",
               {{static_cast<record_type>(20), "\x01"}},
               tls_alert::unexpected_message},
        breach{"no_alert", {{record_type::alert, ""}}, tls_alert::decode_error},
        breach{"long_alert", {{record_type::alert, "\x02\x50\x02"}}, tls_alert::decode_error},
        breach{"no_handshake", {{record_type::handshake, ""}}, tls_alert::unexpected_message},
        breach{"server_hello",
               {{record_type::handshake, std::string("\x02\x00\x00\x01\x00", 5)}},
               tls_alert::unexpected_message},
        breach{"certificate_request",
               {{record_type::handshake, std::string("\x0d\x00\x00\x01\x00", 5)}},
               tls_alert::unexpected_message},
        breach{"long_key_update",
               {{record_type::handshake, std::string("\x18\x00\x00\x02\x00\x00", 6)}},
               tls_alert::decode_error},
        breach{"odd_key_update",
               {{record_type::handshake, std::string("\x18\x00\x00\x01\x02", 5)}},
               tls_alert::illegal_parameter},
        breach{"more_behind_a_key_update",
               {{record_type::handshake, std::string("\x18\x00\x00\x01\x00\x04", 6)}},
               tls_alert::unexpected_message},
        breach{"data_within_a_ticket",
               {{record_type::handshake, std::string("\x04\x00\x01\x00", 4)},
                {record_type::application_data, "x"}},
               tls_alert::unexpected_message},
        breach{"data_within_a_header",
               {{record_type::handshake, "\x04"}, {record_type::application_data, "x"}},
               tls_alert::unexpected_message},
        breach{"alert_within_a_ticket",
               {{record_type::handshake, std::string("\x04\x00\x01\x00", 4)},
                {record_type::alert, std::string("\x01\x00", 2)}},
               tls_alert::unexpected_message}),
    [](const auto& of) { return std::string(of.param.name); });

TEST_P(record_breaches, is_answered_with_its_alert) {
    two_ends ends;
    record_layer::incoming last;
    for (const auto& [type, content] : GetParam().records)
        last = ends.says(type, content);
    EXPECT_EQ(last.what, said::broken);
    EXPECT_EQ(ends.client->fault(), GetParam().fault);
    const auto alert =
        ends.server_reads(ends.client->seal_alert(ends.client->fault(), ends.sealed));
    EXPECT_EQ(alert.type, static_cast<std::uint8_t>(record_type::alert));
    EXPECT_EQ(text_of(alert.content), std::string({'\x02', static_cast<char>(GetParam().fault)}));
}

}  // namespace
}  // namespace tidings::wire

#include "gateway/signed_token.hpp"

#include <stdexcept>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

namespace tidings::gateway::testing {

namespace {

void must(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

EVP_PKEY* rsa_key() {
    static EVP_PKEY* const key = EVP_RSA_gen(2048U);
    return key;
}

std::string pem_of(bool secret) {
    BIO* bio = BIO_new(BIO_s_mem());
    if (secret)
        must(PEM_write_bio_PrivateKey(bio, rsa_key(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
             "pem");
    else
        must(PEM_write_bio_PUBKEY(bio, rsa_key()) == 1, "pem");
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    std::string made(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return made;
}

std::string random_bytes(std::size_t size) {
    std::string made(size, '\0');
    must(RAND_bytes(raw(made), static_cast<int>(size)) == 1, "random");
    return made;
}

std::string covered_by(std::string_view alg, std::string_view payload) {
    return base64url(R"({"alg":")" + std::string(alg) + R"(","typ":"JWT"})") + "." +
           base64url(payload);
}

std::string wrapped(std::string_view key, std::string_view alg) {
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(rsa_key(), nullptr);
    must(EVP_PKEY_encrypt_init(context) == 1, "init");
    must(EVP_PKEY_CTX_set_rsa_padding(
             context, alg == "RSA-OAEP" ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING) == 1,
         "padding");
    std::string out(512, '\0');
    std::size_t size = out.size();
    must(EVP_PKEY_encrypt(context, raw(out), &size, raw(key), key.size()) == 1, "wrap");
    EVP_PKEY_CTX_free(context);
    out.resize(size);
    return out;
}

struct sealed {
    std::string text, tag;
};

sealed seal(std::string_view plain, const EVP_CIPHER* cipher, bool gcm, std::string_view key,
            std::string_view iv, std::string_view aad) {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    sealed out;
    out.text.resize(plain.size() + 16);
    int made = 0;
    int last = 0;
    must(EVP_EncryptInit_ex(context, cipher, nullptr, raw(key), raw(iv)) == 1, "init");
    if (gcm)
        must(
            EVP_EncryptUpdate(context, nullptr, &made, raw(aad), static_cast<int>(aad.size())) == 1,
            "aad");
    must(EVP_EncryptUpdate(context, raw(out.text), &made, raw(plain),
                           static_cast<int>(plain.size())) == 1,
         "text");
    must(EVP_EncryptFinal_ex(context, raw(out.text) + made, &last) == 1, "final");
    out.text.resize(static_cast<std::size_t>(made + last));
    if (gcm) {
        out.tag.resize(16);
        must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, out.tag.data()) == 1, "tag");
    }
    EVP_CIPHER_CTX_free(context);
    return out;
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string out(bytes.size() * 4 / 3 + 8, '\0');
    const int size = EVP_EncodeBlock(raw(out), raw(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    for (char& c : out)
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (!out.empty() && out.back() == '=')
        out.pop_back();
    return out;
}

std::string hmac_token(std::string_view payload, std::string_view secret, std::string_view alg) {
    const auto covered = covered_by(alg, payload);
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    must(HMAC(alg == "HS512" ? EVP_sha512() : EVP_sha256(), secret.data(),
              static_cast<int>(secret.size()), raw(covered), covered.size(), mac, &size) != nullptr,
         "hmac");
    return covered + "." + base64url({reinterpret_cast<const char*>(mac), size});
}

std::string sample_payload(std::string_view more) {
    return R"({"sub":"1234567890","appId":")" + std::string(sample_client_id) + "\"" +
           std::string(more) + "}";
}

const std::string& rsa_private_pem() {
    static const std::string pem = pem_of(true);
    return pem;
}

const std::string& rsa_public_pem() {
    static const std::string pem = pem_of(false);
    return pem;
}

std::string rsa_token(std::string_view payload, std::string_view alg) {
    const auto covered = covered_by(alg, payload);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    must(EVP_DigestSignInit(context, nullptr, alg == "RS512" ? EVP_sha512() : EVP_sha256(), nullptr,
                            rsa_key()) == 1,
         "init");
    std::string signature(512, '\0');
    std::size_t size = signature.size();
    must(EVP_DigestSign(context, raw(signature), &size, raw(covered), covered.size()) == 1, "sign");
    EVP_MD_CTX_free(context);
    signature.resize(size);
    return covered + "." + base64url(signature);
}

std::string encrypted(std::string_view inner, std::string_view alg, std::string_view enc,
                      std::string_view kid) {
    std::string header =
        R"({"alg":")" + std::string(alg) + R"(","enc":")" + std::string(enc) + R"(","typ":"JWT")";
    if (!kid.empty()) header += R"(,"kid":")" + std::string(kid) + "\"";
    const auto aad = base64url(header + "}");
    const bool cbc = enc == "A128CBC-HS256";
    const auto key = random_bytes(enc == "A128GCM" ? 16 : 32);
    const auto iv = random_bytes(cbc ? 16 : 12);
    sealed content;
    if (cbc) {
        content = seal(inner, EVP_aes_128_cbc(), false, std::string_view(key).substr(16), iv, "");
        std::string covered = aad + iv + content.text;
        const auto bits = aad.size() * 8;
        for (int shift = 56; shift >= 0; shift -= 8)
            covered += static_cast<char>((bits >> shift) & 0xFF);
        unsigned char mac[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        must(
            HMAC(EVP_sha256(), key.data(), 16, raw(covered), covered.size(), mac, &size) != nullptr,
            "hmac");
        content.tag.assign(reinterpret_cast<const char*>(mac), 16);
    } else {
        content = seal(inner, enc == "A128GCM" ? EVP_aes_128_gcm() : EVP_aes_256_gcm(), true, key,
                       iv, aad);
    }
    return aad + "." + base64url(wrapped(key, alg)) + "." + base64url(iv) + "." +
           base64url(content.text) + "." + base64url(content.tag);
}

}  // namespace tidings::gateway::testing

// What a token costs: the shared one per message, and one of its own for each message.
#include "codec/tokens/jti.hpp"
#include "codec/tokens/token.hpp"
#include "codec/tokens/token_cache.hpp"

#include <array>
#include <string>

#include <benchmark/benchmark.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace tidings::codec {
namespace {

constexpr core::wall_time issued{std::chrono::seconds(1'800'000'000)};

std::string rsa_key() {
    EVP_PKEY* const key = EVP_RSA_gen(2048);
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    std::string made(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    EVP_PKEY_free(key);
    return made;
}

token_signer signer_for(token_algorithm algorithm) {
    const auto key = signs_with_private_key(algorithm)
                         ? rsa_key()
                         : std::string("c2VjcmV0IG9mIHRoZSB1c3VhbCBsZW5ndGggLi4uLi4=");
    return token_signer::make(
               {.client_id = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5", .algorithm = algorithm},
               secret(std::string_view(key)))
        .value();
}

void sign_one(benchmark::State& state, token_algorithm algorithm) {
    auto signer = signer_for(algorithm);
    std::string first(signer.size_max(), '\0');
    std::string last(signer.size_max(), '\0');
    signer.sign(first.data(), issued);
    for (auto _ : state) {
        signer.sign(last.data(), issued);
        benchmark::ClobberMemory();
    }
    if (first != last) state.SkipWithError("the same moment gave another token");
}
BENCHMARK_CAPTURE(sign_one, hs256, token_algorithm::hs256);
BENCHMARK_CAPTURE(sign_one, hs512, token_algorithm::hs512);
BENCHMARK_CAPTURE(sign_one, rs256, token_algorithm::rs256);

void with_jti_each(benchmark::State& state) {
    auto signer = signer_for(token_algorithm::hs256);
    const std::array<unsigned char, jti_source::run_key_size> key{};
    auto ids = jti_source::make(key).value();
    std::string token(signer.size_max(), '\0');
    std::string again(signer.size_max(), '\0');
    core::row_number row = 0;
    for (auto _ : state) {
        signer.sign(token.data(), issued, ids.of(++row, issued).view());
        benchmark::ClobberMemory();
    }
    signer.sign(again.data(), issued, ids.of(row, issued).view());
    if (token != again) state.SkipWithError("the last token cannot be told again");
}
BENCHMARK(with_jti_each);

void shared(benchmark::State& state) {
    token_cache cache(signer_for(token_algorithm::hs256));
    const std::string first(cache.current(issued));
    std::string_view token;
    for (auto _ : state) {
        token = cache.current(issued);
        benchmark::DoNotOptimize(token);
    }
    if (token != first) state.SkipWithError("the shared token changed without need");
}
BENCHMARK(shared);

}  // namespace
}  // namespace tidings::codec

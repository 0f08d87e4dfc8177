// What laying out a request costs: the whole of HTTP/1.1's, and the body alone for HTTP/2.
#include "codec/messages/request.hpp"

#include <array>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

namespace tidings::codec {
namespace {

constexpr std::uint64_t first_number = 917'760'000'000;

request_writer writer() {
    return request_writer::make(
               {.path = "/api/public/bot/st-26d52ba6-7a77-56b2-be4e-a8db1da7e440/outboundsms",
                .host = "platform.kore.ai",
                .user_agent = "tidings/0.1.0"})
        .value();
}

std::string_view last_digits(const char* begin, const char* end) {
    const std::string_view text(begin, static_cast<std::size_t>(end - begin));
    return text.substr(text.size() - 14, 12);
}

void whole_request(benchmark::State& state) {
    const auto write = writer();
    const std::string token(166, 't');  // as long as the vendor's sample
    const auto from = core::phone_number::from_digits(16'693'422'058);
    std::string out(write.size_max(token.size()), '\0');
    std::uint64_t digits = first_number;
    const char* end = nullptr;
    for (auto _ : state) {
        end = write.write(out.data(), token, from, core::phone_number::from_digits(++digits));
        benchmark::ClobberMemory();
    }
    state.counters["bytes"] = static_cast<double>(end - out.data());
    if (last_digits(out.data(), end) != std::to_string(digits))
        state.SkipWithError("the last request does not name the last number");
}
BENCHMARK(whole_request);

void body_alone(benchmark::State& state) {
    const auto from = core::phone_number::from_digits(16'693'422'058);
    std::array<char, request_body_max> out{};
    std::uint64_t digits = first_number;
    const char* end = nullptr;
    for (auto _ : state) {
        end = write_request_body(out.data(), from, core::phone_number::from_digits(++digits));
        benchmark::ClobberMemory();
    }
    if (last_digits(out.data(), end) != std::to_string(digits))
        state.SkipWithError("the last body does not name the last number");
}
BENCHMARK(body_alone);

}  // namespace
}  // namespace tidings::codec

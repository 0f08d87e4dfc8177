// What reading an answer costs: the documented success as it usually comes, the same spelled
// another way, refusals, and a proxy's page.
#include "codec/messages/answer.hpp"

#include <string>

#include <benchmark/benchmark.h>

namespace tidings::codec {
namespace {

using core::answer_text;

const std::string words =
    "Triggered the configured Experience flow to deliver message via SMS channel";

void read_one(benchmark::State& state, std::uint16_t status, const std::string& body,
              answer_text expected, std::string_view retry_after = {}) {
    answer_reader reader;
    const core::wall_time now{std::chrono::seconds(1'800'000'000)};
    answer_bytes bytes;
    bytes.status = status;
    bytes.content_type = "application/json; charset=utf-8";
    bytes.retry_after = retry_after;
    bytes.body = body;
    bytes.complete = true;
    core::answer read;
    for (auto _ : state) {
        benchmark::DoNotOptimize(bytes);
        read = reader.read(bytes, now);
        benchmark::DoNotOptimize(read);
    }
    if (read.text != expected) state.SkipWithError("read as something else");
}

void success(benchmark::State& state) {
    read_one(state, 200, R"({"message":")" + words + R"("})", answer_text::triggered);
}
BENCHMARK(success);

void success_indented(benchmark::State& state) {
    read_one(state, 200, "{\n    \"message\": \"" + words + "\"\n}", answer_text::triggered);
}
BENCHMARK(success_indented);

void refusal_by_limit(benchmark::State& state) {
    read_one(state, 429,
             R"({"errors":[{"msg":"You've exceeded the hourly rate limit. Please wait for )"
             R"(sometime before retrying.","code":429}]})",
             answer_text::limit_hour, "Sun, 06 Nov 1994 08:49:37 GMT");
}
BENCHMARK(refusal_by_limit);

void refusal_in_new_words(benchmark::State& state) {
    read_one(state, 400, R"({"errors":[{"msg":"something nobody has seen yet","code":"400"}]})",
             answer_text::refusal);
}
BENCHMARK(refusal_in_new_words);

void page(benchmark::State& state) {
    read_one(state, 502,
             "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
             "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
             answer_text::html);
}
BENCHMARK(page);

}  // namespace
}  // namespace tidings::codec

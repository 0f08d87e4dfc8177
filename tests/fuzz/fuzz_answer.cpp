// Whatever a server answers: the first byte picks the status, the first line is Retry-After, the
// second the content type, the rest the body.
#include "codec/messages/answer.hpp"
#include "codec/messages/retry_after.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

std::string_view line_of(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

void must(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using tidings::core::answer_text;
    static tidings::codec::answer_reader reader;
    constexpr std::array<std::uint16_t, 8> statuses = {200, 202, 301, 400, 401, 412, 429, 503};
    constexpr tidings::core::wall_time now{std::chrono::seconds(1'800'000'000)};
    if (size == 0) return 0;

    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto first = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);
    tidings::codec::answer_bytes bytes;
    bytes.status = statuses[first % statuses.size()];
    bytes.complete = first < 128;
    bytes.retry_after = line_of(rest);
    bytes.content_type = line_of(rest);
    bytes.body = rest;

    const auto read = reader.read(bytes, now);
    must(read.status == bytes.status && read.complete == bytes.complete);
    must(read.message.size() <= tidings::codec::answer_reader::message_size_max);
    if (read.retry_after) {
        must(*read.retry_after >= tidings::core::duration::zero());
        must(*read.retry_after <= tidings::codec::retry_after_max);
    }
    const bool success = bytes.status >= 200 && bytes.status <= 299;
    const bool refusal = bytes.status >= 400 && bytes.status <= 499;
    must(success || (read.text != answer_text::triggered && read.text != answer_text::failure));
    must(refusal || read.text == answer_text::none || read.text == answer_text::triggered ||
         read.text >= answer_text::failure);
    must(!tidings::core::is_refusal(read.text) || refusal);
    must(!bytes.complete || read.text != answer_text::cut);
    return 0;
}

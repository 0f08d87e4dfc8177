// Whatever a server writes on an HTTP/1.1 connection: the first byte says how it is sliced, the
// rest are answers one after another. No crash, within the caps, and the same answer however it is
// sliced.
#include "net/http1_answer.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using tidings::net::http1_answer;
using progress = http1_answer::progress;

constexpr tidings::net::answer_caps caps{
    .header_max = 512, .body_kept_max = 256, .body_drained_max = 1024};

void must(bool holds) {
    if (!holds) std::abort();
}

struct outcome {
    progress how = progress::reading;
    unsigned status = 0;
    bool complete = false;
    std::string body;

    friend bool operator==(const outcome&, const outcome&) = default;
};

outcome read(http1_answer& answer, std::string_view text, std::size_t slice, bool orderly) {
    answer.restart();
    auto how = progress::reading;
    for (std::size_t at = 0; at < text.size() && how == progress::reading; at += slice) {
        how = answer.feed(text.substr(at, slice));
        // What follows a whole answer is left over, whether it came with it or later.
        if (how == progress::complete && at + slice < text.size()) break;
    }
    if (how == progress::reading) how = answer.finish(orderly);
    outcome made{.how = how, .status = 0, .complete = false, .body = {}};
    if (how == progress::broken) must(!answer.why().empty());
    if (!answer.has_status()) return made;
    const auto bytes = answer.bytes();
    must(bytes.status >= 200 && bytes.status <= 599);
    must(bytes.body.size() <= caps.body_kept_max);
    made.status = bytes.status;
    made.complete = bytes.complete;
    made.body = bytes.body;
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static http1_answer answer(caps);
    if (size < 1 || size > 8192) return 0;
    const std::size_t slice = 1 + data[0] % 64;
    const bool orderly = data[0] >= 128;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = read(answer, text, text.size() + 1, orderly);
    auto sliced = read(answer, text, slice, orderly);
    if (whole.how != progress::broken) must(sliced == whole);
    must(sliced.how == whole.how);
    return 0;
}

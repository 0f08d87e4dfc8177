// Any bytes as a line to the control socket: what is understood is one of the four wishes, in a
// spelling that is understood the same way again; what is not has words, without control
// characters.
#include "core/rate_limit.hpp"
#include "runner/control_socket.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tidings;
using what = runner::steering::what;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

std::string spelled(const runner::steering& wish) {
    switch (wish.wish) {
        case what::pause: return "pause";
        case what::go_on: return "continue";
        case what::stop: return "stop";
        case what::rate: return wish.rate ? "rate " + core::spelled(*wish.rate) : "rate none";
    }
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data),
                                std::min(size, runner::control_socket::line_max));
    const auto wish = runner::steering_from(line);
    if (!wish) {
        const auto& why = wish.error().text;
        must(!why.empty());
        must(std::none_of(why.begin(), why.end(), [](unsigned char c) { return c < ' '; }));
        return 0;
    }
    if (wish->rate) must(wish->rate->count >= 1 && wish->rate->window.count() > 0);
    const auto again = runner::steering_from(spelled(*wish));
    must(again && again->wish == wish->wish && again->rate == wish->rate);
    return 0;
}

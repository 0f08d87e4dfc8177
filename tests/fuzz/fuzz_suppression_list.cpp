// Any bytes as a suppression list that changes while it is in use: up to the first NUL what it
// holds at first, behind it what it is changed to. In doubt people stay suppressed: nothing that an
// unreadable change leaves out is let go.
// mutations: 1000
#include "store/suppression_list.hpp"
#include "support/memory_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tidings;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const tests::memory_file file;
    if (size > 8192) return 0;
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const auto first = all.substr(0, all.find('\0'));
    const auto second = all.substr(std::min(first.size() + 1, all.size()));
    file.hold(first);
    auto list = store::suppression_list::load({file.path()},
                                              codec::phone_speller::make("US").value(), "toNo");
    if (!list) {
        must(!list.error().text.empty());
        return 0;
    }
    const auto found = list->findings().front();
    must(found.examples.size() <= store::suppression_findings::examples_max);
    must(found.unreadable >= found.examples.size());
    // Nobody is unread in silence: whoever holds something that names nobody says so.
    must(found.numbers != 0 || !found.whole());
    const auto before = list->current();
    must(before->size() <= first.size());
    file.hold(second);
    const auto changed = list->reload_if_changed();
    const auto after = list->current();
    if (!changed || second.empty()) must(after->size() == before->size());
    for (const auto& one : list->news())
        must(!one.empty());
    (void)list->reload_if_changed();
    return 0;
}

// Any text as a number: no crash; what is read is E.164 and is read as itself; what is not has a
// reason; and all of it can be shown harmlessly.
#include "codec/numbers/phone_spelling.hpp"
#include "codec/text/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace tidings;

namespace {

void check(codec::phone_speller& speller, std::string_view text) {
    const auto got = speller.spell(text);
    if (!got) {
        if (!got.number.empty() || speller.text_of(got.why).empty()) std::abort();
        return;
    }
    const auto again = speller.spell(got.number.text());
    if (!again || again.number != got.number) std::abort();
    if (!core::phone_number::from_e164(got.number.text())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static auto plain = codec::phone_speller::make("").value();
    static auto american = codec::phone_speller::make("US").value();
    static auto italian = codec::phone_speller::make("IT").value();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (auto* speller : {&plain, &american, &italian})
        check(*speller, text);

    std::string shown;
    codec::append_printable(shown, text, 64);
    if (shown.size() > 64) std::abort();
    for (std::string_view rest = shown; !rest.empty();) {
        const auto step = codec::decode_utf8(rest);
        if (step.size == 0 || step.code_point < 0x20) std::abort();
        rest.remove_prefix(step.size);
    }
    return 0;
}

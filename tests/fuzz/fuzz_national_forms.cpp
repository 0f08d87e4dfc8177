// Numbers in national form, one after the other in one region: each is to be what libphonenumber
// says of it by itself, whatever was learned from those before. The first byte chooses the region;
// digits are the low halves of the bytes that follow, and a high half of 15 ends a number.
// mutations: 1000
#include "codec/numbers/national_forms.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using tidings::codec::national_forms;
using tidings::core::phone_number;

constexpr const char* regions[] = {"US", "GB", "DE", "IT", "BR", "AR", "MX", "IN",
                                   "KZ", "JE", "ID", "ZW", "HU", "JP", "SM", "GA"};

std::optional<phone_number> by_itself(const std::string& digits, const std::string& region) {
    const auto& library = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    if (library.Parse(digits, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR ||
        !library.IsValidNumber(parsed))
        return std::nullopt;
    std::string e164;
    library.Format(parsed, PhoneNumberUtil::E164, &e164);
    return phone_number::from_e164(e164);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // What was learned stays from input to input, as it does from row to row.
    static std::unique_ptr<national_forms> kept[std::size(regions)];
    if (size == 0) return 0;
    const std::size_t which = data[0] % std::size(regions);
    if (!kept[which]) kept[which] = std::make_unique<national_forms>(regions[which]);
    std::string digits;
    for (std::size_t i = 1; i <= size; ++i) {
        const bool ends = i == size || data[i] >> 4 == 15;
        if (!ends) {
            digits += static_cast<char>('0' + (data[i] & 15) % 10);
            continue;
        }
        if (digits.size() >= 2 && kept[which]->read(digits) != by_itself(digits, regions[which]))
            std::abort();
        digits.clear();
    }
    return 0;
}

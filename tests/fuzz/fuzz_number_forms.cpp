// Digits of numbers, one after the other: each is to be what codec/numbers/country_rules says of it
// by itself, whatever was learned from those before, and what libphonenumber says, whose plan it
// is. The first byte chooses the region, and whether the digits are dialled there or stand behind
// its country code; digits are the low halves of the bytes that follow, and a high half of 15 ends
// a number.
// mutations: 1000
// uses: third::phonenumber
#include "codec/numbers/number_forms.hpp"
#include "support/library_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

using namespace tidings;

constexpr const char* regions[] = {"US", "GB", "DE", "IT", "BR", "AR", "MX", "IN",
                                   "KZ", "JE", "ID", "ZW", "HU", "JP", "SM", "GA"};

// What was learned stays from input to input, as it does from row to row.
struct reader {
    explicit reader(const char* region, bool is_abroad)
        : of(*support::library_plan().region(region)),
          abroad(is_abroad),
          forms(is_abroad ? codec::number_forms(support::library_plan(), of.code)
                          : codec::number_forms(support::library_plan(), of)),
          rules(support::library_plan(), of.code) {}

    void check(const std::string& digits) {
        const auto form = forms.read(digits);
        const auto alone = abroad ? rules.behind_code(digits) : rules.dialled_in(of, digits);
        if (form.fit != alone.fit && codec::fits(form.fit)) std::abort();
        if (form.fit == codec::number_fit::abroad || digits.size() < 2) return;
        if (form.type != alone.type || form.region != alone.region || form.twin != alone.twin)
            std::abort();
        const auto said =
            abroad ? support::read_by_library("+" + std::to_string(of.code) + digits, "ZZ")
                   : support::read_by_library(digits, of.id);
        const bool has_room = said.e164.size() <= core::phone_number::text_max;
        if (said.known && has_room &&
            (form.fit != codec::number_fit::known || form.number.text() != said.e164 ||
             form.type != said.type))
            std::abort();
        if (!said.known && form.fit == codec::number_fit::known) std::abort();
    }

    const codec::plan_region& of;
    bool abroad;
    codec::number_forms forms;
    codec::country_rules rules;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static std::unique_ptr<reader> kept[2 * std::size(regions)];
    if (size == 0) return 0;
    const std::size_t which = data[0] % std::size(kept);
    if (!kept[which])
        kept[which] = std::make_unique<reader>(regions[which % std::size(regions)],
                                               which >= std::size(regions));
    std::string digits;
    for (std::size_t i = 1; i <= size; ++i) {
        const bool ends = i == size || data[i] >> 4 == 15;
        if (!ends) {
            digits += static_cast<char>('0' + (data[i] & 15) % 10);
            continue;
        }
        if (digits.size() <= 30) kept[which]->check(digits);
        digits.clear();
    }
    return 0;
}

// The numbering plan that libphonenumber has in itself, as a plan of ours: so that the rules of
// codec/numbers can be held against the library's, number by number. And what the library says.
#pragma once

#include "codec/numbers/numbering_plan.hpp"
#include "core/phone_number.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <phonenumbers/phonemetadata.pb.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

// The library's own metadata, which it exports without a header.
namespace i18n::phonenumbers {
int metadata_size();
const void* metadata_get();
}  // namespace i18n::phonenumbers

namespace tidings::support {

inline const i18n::phonenumbers::PhoneNumberUtil& phone_library() {
    return *i18n::phonenumbers::PhoneNumberUtil::GetInstance();
}

template <typename Lengths>
std::string lengths_text(const Lengths& lengths) {
    std::string text;
    for (const int one : lengths)
        if (one > 0) text += (text.empty() ? "" : ",") + std::to_string(one);
    return text;
}

inline std::string library_plan_text() {
    i18n::phonenumbers::PhoneMetadataCollection all;
    all.ParseFromArray(i18n::phonenumbers::metadata_get(), i18n::phonenumbers::metadata_size());
    std::string text = "plan 2022-10-13 libphonenumber\n";
    const auto say = [&](std::string_view word, const std::string& value) {
        if (!value.empty()) text.append(word).append(" ").append(value).append("\n");
    };
    for (const auto& region : all.metadata()) {
        const std::pair<std::string_view, const i18n::phonenumbers::PhoneNumberDesc*> types[] = {
            {"mobile", &region.mobile()},
            {"fixed", &region.fixed_line()},
            {"toll-free", &region.toll_free()},
            {"premium", &region.premium_rate()},
            {"shared-cost", &region.shared_cost()},
            {"personal", &region.personal_number()},
            {"voip", &region.voip()},
            {"pager", &region.pager()},
            {"uan", &region.uan()},
            {"voicemail", &region.voicemail()}};
        say("region", region.id() + " " + std::to_string(region.country_code()) +
                          (region.main_country_for_code() ? " main" : ""));
        const auto local = lengths_text(region.general_desc().possible_length_local_only());
        say("lengths", lengths_text(region.general_desc().possible_length()) +
                           (local.empty() ? "" : " " + local));
        say("any", region.general_desc().national_number_pattern());
        for (const auto& [name, desc] : types) {
            if (desc->national_number_pattern().empty()) continue;
            const auto lengths = lengths_text(desc->possible_length());
            say(name, (lengths.empty() ? "-" : lengths) + " " + desc->national_number_pattern());
        }
        say("begins", region.leading_digits());
        say("abroad", region.international_prefix());
        say("trunk", region.national_prefix_for_parsing());
        say("trunk-becomes", region.national_prefix_transform_rule());
    }
    return text;
}

inline const codec::numbering_plan& library_plan() {
    static const codec::numbering_plan plan = [] {
        codec::numbering_plan made;
        made.read(library_plan_text(), "libphonenumber").value();
        return made;
    }();
    return plan;
}

// What the library makes of a text, the region "ZZ" being none.
struct library_reading {
    std::string e164;  // empty: it cannot be read at all
    bool known = false;
    codec::number_type type = codec::number_type::unknown;
    std::string region;
    i18n::phonenumbers::PhoneNumberUtil::ValidationResult length =
        i18n::phonenumbers::PhoneNumberUtil::INVALID_COUNTRY_CODE;
};

inline codec::number_type type_of(i18n::phonenumbers::PhoneNumberUtil::PhoneNumberType type) {
    using library = i18n::phonenumbers::PhoneNumberUtil;
    switch (type) {
        case library::FIXED_LINE: return codec::number_type::fixed;
        case library::MOBILE: return codec::number_type::mobile;
        case library::FIXED_LINE_OR_MOBILE: return codec::number_type::fixed_or_mobile;
        case library::TOLL_FREE: return codec::number_type::toll_free;
        case library::PREMIUM_RATE: return codec::number_type::premium;
        case library::SHARED_COST: return codec::number_type::shared_cost;
        case library::VOIP: return codec::number_type::voip;
        case library::PERSONAL_NUMBER: return codec::number_type::personal;
        case library::PAGER: return codec::number_type::pager;
        case library::UAN: return codec::number_type::uan;
        case library::VOICEMAIL: return codec::number_type::voicemail;
        case library::UNKNOWN: break;
    }
    return codec::number_type::unknown;
}

inline library_reading read_by_library(const std::string& text, const std::string& region) {
    library_reading said;
    i18n::phonenumbers::PhoneNumber parsed;
    if (phone_library().Parse(text, region, &parsed) !=
        i18n::phonenumbers::PhoneNumberUtil::NO_PARSING_ERROR)
        return said;
    phone_library().Format(parsed, i18n::phonenumbers::PhoneNumberUtil::E164, &said.e164);
    said.known = phone_library().IsValidNumber(parsed);
    if (said.known) said.type = type_of(phone_library().GetNumberType(parsed));
    phone_library().GetRegionCodeForNumber(parsed, &said.region);
    said.length = phone_library().IsPossibleNumberWithReason(parsed);
    return said;
}

}  // namespace tidings::support

// Kinds of values that only a campaign file has: how each is read, written and named. Kinds that
// any file of settings may have are settings/kinds'.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "codec/numbers/numbering_plan.hpp"
#include "core/lawful_hours.hpp"
#include "settings/kinds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace tidings::app::campaign_kind {

using settings::setting;
using settings::text_of;
using settings::wrong_with;
namespace kind = settings::kind;

inline bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

inline bool all_of(std::string_view text, std::string_view besides) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter_or_digit(c) || besides.find(c) != std::string_view::npos;
    });
}

struct e164 {
    static std::string kind() { return "E.164 number"; }
    static std::string write(const core::phone_number& value) {
        return settings::in_quotes(value.text());
    }
    static wrong_with read(const setting& at, core::phone_number& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        const auto number = core::phone_number::from_e164(*text);
        if (!number) return "\"" + text->substr(0, 30) + "\" is not E.164: write \"+16693422058\"";
        into = *number;
        return std::nullopt;
    }
};

struct weekdays {
    static constexpr auto& days = core::day_names;
    static std::string kind() { return "list of days"; }
    static std::string write(std::uint8_t value) {
        std::vector<std::string> names;
        for (std::size_t day = 0; day < days.size(); ++day)
            if ((value >> day & 1) != 0) names.emplace_back(days[day]);
        return settings::in_quotes(names);
    }
    static wrong_with read(const setting& at, std::uint8_t& into) {
        wrong_with wrong;
        const auto texts = settings::texts_of(at, days.size(), wrong);
        if (!texts) return wrong;
        unsigned chosen = 0;
        for (const auto& text : *texts) {
            const auto day = std::find(days.begin(), days.end(), text);
            if (day == days.end())
                return "\"" + text.substr(0, 20) + "\" is not a day: write " +
                       "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]";
            chosen |= 1U << (day - days.begin());
        }
        if (chosen == 0) return "names no day, so nothing would ever be sent";
        into = static_cast<std::uint8_t>(chosen);
        return std::nullopt;
    }
};

// Countries that have telephone numbers.
struct countries {
    static std::string kind() { return "list of countries"; }
    static std::string write(const std::vector<std::string>& value) {
        return settings::in_quotes(value);
    }
    static wrong_with read(const setting& at, std::vector<std::string>& into) {
        constexpr std::size_t most = 300;
        wrong_with wrong;
        const auto texts = settings::texts_of(at, most, wrong);
        if (!texts) return wrong;
        for (const auto& text : *texts)
            if (codec::numbering_plan::built_in().region(text) == nullptr)
                return "\"" + text.substr(0, 20) +
                       "\" is not a country: write two capitals, [\"US\", \"CA\"]";
        into = *texts;
        return std::nullopt;
    }
};

// "HT:100/1h", one a country.
struct country_caps {
    static std::string kind() { return "list of caps"; }
    static std::string write(const std::vector<core::country_cap>& value) {
        std::vector<std::string> texts;
        for (const auto& cap : value)
            texts.push_back(core::spelled(cap));
        return settings::in_quotes(texts);
    }
    static wrong_with read(const setting& at, std::vector<core::country_cap>& into) {
        wrong_with wrong;
        const auto texts = settings::texts_of(at, core::capped_countries::caps_max, wrong);
        if (!texts) return wrong;
        std::vector<core::country_cap> made;
        for (const auto& text : *texts) {
            const auto country = text.substr(0, text.find(':'));
            const auto limit = codec::rate_limit_from(
                country.size() < text.size() ? text.substr(country.size() + 1) : "");
            if (codec::numbering_plan::built_in().region(country) == nullptr || !limit)
                return "\"" + text.substr(0, 30) +
                       "\" is not a country's cap: write [\"HT:100/1h\"]";
            const auto same = [&](const core::country_cap& one) { return one.country == country; };
            if (std::any_of(made.begin(), made.end(), same))
                return "names " + country + " twice: keep one of them";
            made.push_back({country, *limit});
        }
        into = std::move(made);
        return std::nullopt;
    }
};

struct number_types {
    static std::string kind() { return "list of types"; }
    static std::string write(core::number_types value) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < core::number_type_count; ++i)
            if (const auto type = static_cast<core::number_type>(i);
                (value & core::bit_of(type)) != 0)
                names.emplace_back(core::name_of(type));
        return settings::in_quotes(names);
    }
    static wrong_with read(const setting& at, core::number_types& into) {
        wrong_with wrong;
        const auto texts = settings::texts_of(at, core::number_type_count, wrong);
        if (!texts) return wrong;
        unsigned chosen = 0;
        for (const auto& text : *texts) {
            const auto type = core::number_type_named(text);
            if (!type)
                return "\"" + text.substr(0, 20) + "\" is not a type of number" +
                       codec::did_you_mean(text, core::number_type_names) +
                       ": write [\"mobile\", \"fixed-or-mobile\"]";
            chosen |= core::bit_of(*type);
        }
        if (chosen == 0) return "names no type, so nobody would ever be texted";
        into = static_cast<core::number_types>(chosen);
        return std::nullopt;
    }
};

// "1s..60s", of two members.
template <auto Low, auto High>
struct two_spans {
    static std::string kind() { return "two spans"; }
    template <class Options>
    static std::string write(const Options& value) {
        return settings::written(codec::duration_range{value.*Low, value.*High});
    }
    template <class Options>
    static wrong_with read(const setting& at, Options& into) {
        codec::duration_range range;
        const auto wrong = kind::unit<codec::duration_range_from>::read(at, range);
        if (!wrong) std::tie(into.*Low, into.*High) = std::tuple(range.low, range.high);
        return wrong;
    }
};
using backoff = two_spans<&core::retry_options::base, &core::retry_options::cap>;
using ask_every = two_spans<&core::trouble_options::ask_first, &core::trouble_options::ask_longest>;

// "20%/500", of two members.
template <auto Share, auto Of>
struct share_of_last {
    static std::string kind() { return "share of the last"; }
    template <class Options>
    static std::string write(const Options& value) {
        if (value.*Share == 0) return "\"\"";
        const auto percent = static_cast<std::uint32_t>(std::lround(value.*Share * 100));
        return settings::written(codec::share_of_last{percent, value.*Of});
    }
    template <class Options>
    static wrong_with read(const setting& at, Options& into) {
        std::optional<codec::share_of_last> share;
        const auto wrong = kind::unit<codec::share_of_last_from>::read(at, share);
        if (wrong) return wrong;
        into.*Share = share ? share->percent / 100.0 : 0;
        if (share) into.*Of = share->last;
        return wrong;
    }
};
using rejected_share =
    share_of_last<&core::stop_options::rejected_share, &core::stop_options::share_of>;
using trouble_share =
    share_of_last<&core::trouble_options::share, &core::trouble_options::share_of>;

// true stands for 1.
struct number_or_true {
    using number = kind::number<0, 1'000'000'000>;
    static std::string kind() { return "whole number or true"; }
    static std::string write(std::uint64_t value) { return number::write(value); }
    static wrong_with read(const setting& at, std::uint64_t& into) {
        const auto text = at.node.value_exact<std::string>();
        auto yes = at.node.value_exact<bool>();
        if (text == "true" || text == "false") yes = text == "true";
        if (!yes) return number::read(at, into);
        into = *yes ? 1 : 0;
        return std::nullopt;
    }
};

// "503", or "500-599".
struct statuses {
    static std::string kind() { return "status or two"; }
    static std::string write(const core::own_rule& value) {
        if (value.status_from == 0) return "\"\"";
        auto text = std::to_string(value.status_from);
        if (value.status_to != value.status_from) text += "-" + std::to_string(value.status_to);
        return settings::in_quotes(text);
    }
    static wrong_with read(const setting& at, core::own_rule& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        const auto dash = text->find('-');
        const auto from = status_in(text->substr(0, dash));
        const auto to = dash == std::string::npos ? from : status_in(text->substr(dash + 1));
        if (from == 0 || to < from)
            return "\"" + text->substr(0, 20) +
                   "\" is no status: write \"503\", or \"500-599\" for all between them";
        into.status_from = from;
        into.status_to = to;
        return std::nullopt;
    }

  private:
    // 0: it is none.
    static std::uint16_t status_in(const std::string& text) {
        const bool digits = text.size() == 3 && all_of(text, "") && text[0] >= '1' &&
                            text[0] <= '5' && text.find_first_not_of("0123456789") == text.npos;
        return digits ? static_cast<std::uint16_t>(std::stoi(text)) : std::uint16_t{0};
    }
};

// "via", or "via: varnish".
struct header_words {
    static std::string kind() { return "header"; }
    static std::string write(const core::own_rule& value) {
        return settings::in_quotes(
            value.header_words.empty() ? value.header : value.header + ": " + value.header_words);
    }
    static wrong_with read(const setting& at, core::own_rule& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        const auto colon = text->find(':');
        std::string name = text->substr(0, colon);
        if (name.empty() || !all_of(name, "-_."))
            return "\"" + text->substr(0, 20) +
                   "\" names no header: write \"via\", or \"via: varnish\" for one with that in it";
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
        std::string words = colon == std::string::npos ? "" : text->substr(colon + 1);
        words.erase(0, words.find_first_not_of(' '));
        into.header = std::move(name);
        into.header_words = std::move(words);
        return std::nullopt;
    }
};

}  // namespace tidings::app::campaign_kind

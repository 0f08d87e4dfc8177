// One key of a section: its name, the option it stands for and its meaning, in one row of a table.
// Bounds and words are the kind's (settings/kinds), the default is the option's own. A table of
// such rows is what settings/section reads by and what settings/document writes.
#pragma once

#include "settings/kinds.hpp"

#include <string>
#include <string_view>

namespace tidings::settings {

template <class Section>
struct key {
    std::string_view name;
    std::string_view meaning;
    std::string (*kind)() = nullptr;
    std::string (*write)(const Section&) = nullptr;  // the value, as TOML
    wrong_with (*read)(const setting&, Section&) = nullptr;
    std::string_view example = {};  // not empty: has to be given, for instance so
    bool without_default = false;   // that it is left out means something of its own
    bool at_start_only = false;     // cannot be changed while the program runs

    constexpr key needed(std::string_view shown) const {
        auto made = *this;
        made.example = shown;
        return made;
    }
    constexpr key optional() const {
        auto made = *this;
        made.without_default = true;
        return made;
    }
    constexpr key at_start() const {
        auto made = *this;
        made.at_start_only = true;
        return made;
    }
};

namespace detail {

template <class Member>
struct owner_of;
template <class Section, class Value>
struct owner_of<Value Section::*> {
    using section = Section;
};

}  // namespace detail

// key_of<number<1, 100>, &campaign::retry, &core::retry_options::attempts_max>("attempts_max",
// "..."): the members lead from the section to the option, one after the other.
template <class Kind, auto first, auto... rest>
constexpr auto key_of(std::string_view name, std::string_view meaning) {
    using section = typename detail::owner_of<decltype(first)>::section;
    return key<section>{name, meaning, &Kind::kind,
                        [](const section& from) { return Kind::write(((from.*first).*....*rest)); },
                        [](const setting& at, section& into) {
                            return Kind::read(at, ((into.*first).*....*rest));
                        }};
}

// For a kind that fills several options of the section.
template <class Kind, class Section>
constexpr key<Section> key_of(std::string_view name, std::string_view meaning) {
    return {name, meaning, &Kind::kind, &Kind::write, &Kind::read};
}

}  // namespace tidings::settings

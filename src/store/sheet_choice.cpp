#include "store/sheet_choice.hpp"

#include "codec/text/utf8.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tidings::store {
namespace {

constexpr std::size_t name_shown_max = 40;
constexpr std::size_t names_shown_max = 3;

std::string quoted(std::string_view name) {
    std::string text = "\"";
    codec::append_printable(text, name, name_shown_max);
    return text + '"';
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < names_shown_max; ++i)
        text += (i == 0 ? "" : ", ") + quoted(names[i]);
    return text + (names.size() > names_shown_max ? ", ..." : "");
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{} hidden", count, noun, count == 1 ? " is" : "s are");
}

}  // namespace

void sheet_choice::add(std::size_t index, std::string name, const codec::sheet_head& head) {
    ++shown_;
    if (head.is_empty() && !head.has_columns()) return;
    candidate one{index, std::move(name), head.width(), head.hidden_names()};
    if (head.has_columns() && with_columns_) {
        also_.push_back(std::move(one.name));
    } else if (head.has_columns()) {
        with_columns_ = std::move(one);
    } else if (!without_) {
        without_ = std::move(one);
    }
}

void sheet_choice::add_chosen(const sheet_choice& known) {
    ++shown_;
    with_columns_ = known.with_columns_;
    without_ = known.without_;
}

const sheet_choice::candidate* sheet_choice::best() const noexcept {
    if (with_columns_) return &*with_columns_;
    return without_ ? &*without_ : nullptr;
}

std::optional<std::size_t> sheet_choice::chosen() const noexcept {
    const auto* const one = best();
    return one == nullptr ? std::nullopt : std::optional(one->index);
}

list_oddities sheet_choice::oddities(const codec::sheet_text& read) const {
    list_oddities made;
    made.hidden_rows = read.hidden_rows();
    made.hidden_columns = read.hidden_columns();
    made.hidden_sheets = hidden_;
    if (shown_ + hidden_ > 1) made.notes.push_back("the list is sheet " + quoted(name()));
    if (!also_.empty())
        made.notes.push_back(fmt::format("{} {} the column too, and {} not read", joined(also_),
                                         also_.size() == 1 ? "has" : "have",
                                         also_.size() == 1 ? "is" : "are"));
    if (made.hidden_rows > 0)
        made.notes.push_back(counted(made.hidden_rows, "row") + " and not sent");
    if (made.hidden_columns > 0)
        made.notes.push_back(counted(made.hidden_columns, "column") +
                             " and not read: " + joined(best()->hidden_names));
    if (hidden_ > 0) made.notes.push_back(counted(hidden_, "sheet") + " and not read");
    return made;
}

std::string sheet_choice::reason() const {
    if (shown_ == 0 && hidden_ > 0)
        return "every sheet in it is hidden: show the one that is the list";
    return "no sheet in it holds anything";
}

}  // namespace tidings::store

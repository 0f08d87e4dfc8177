#include "settings/section.hpp"

#include <algorithm>
#include <utility>

namespace tidings::settings {
namespace {

std::string in_front(const std::string& heading) {
    return heading.empty() ? heading : heading + " ";
}

}  // namespace

section::section(const tree& whole, std::string path, mistake_list& mistakes)
    : whole_(whole), path_(std::move(path)), mistakes_(mistakes) {
    if (const auto* const node = whole_.find(path_)) take(*node);
}

section::section(const tree& whole, std::string path, const toml::node& node,
                 mistake_list& mistakes)
    : whole_(whole), path_(std::move(path)), mistakes_(mistakes) {
    take(node);
}

void section::take(const toml::node& node) {
    table_ = node.as_table();
    unusable_ = table_ == nullptr;
    if (unusable_)
        mistakes_.add(whole_.where(path_), heading() + " must be a section with keys, not a value");
}

void section::refuse_others() {
    if (table_ == nullptr || std::exchange(others_refused_, true)) return;
    for (const auto& [one, other] : whole_.shape().rivals)
        if (has(one) && has(other))
            complain(other, "and " + std::string(one) + " say the same thing: keep one of them");
    for (const auto& [found, value] : *table_) {
        const std::string_view name = found.str();
        if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
        mistakes_.add(whole_.where(path_of(name)),
                      in_front(heading()) + std::string(name.substr(0, 60)) + " is no key" +
                          codec::did_you_mean(name, known_));
    }
}

std::size_t section::count_of(std::string_view key) {
    known_.push_back(key);
    const auto path = path_of(key);
    const auto* const node = whole_.find(path);
    if (node != nullptr && node->as_array() == nullptr)
        mistakes_.add(whole_.where(path),
                      std::string(key) + " must be a list: write " + whole_.heading(path));
    return whole_.entries(path);
}

void section::complain(std::string_view key, std::string_view what) {
    mistakes_.add(whole_.where(path_of(key)),
                  in_front(heading()) + std::string(key) + " " + std::string(what));
}

void section::note_missing(std::string_view name, std::string_view example) {
    complain(name, "is missing: write " + std::string(name) + " = " + std::string(example));
}

}  // namespace tidings::settings

// One section of a settings tree while it is read by tables of keys. It gathers what is wrong with
// its values, which keys have to be there, and what is no key of it.
#pragma once

#include "settings/key.hpp"
#include "settings/mistakes.hpp"
#include "settings/tree.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::settings {

class section {
  public:
    // A section that is not there has no keys; one that is no section is a mistake.
    section(const tree& whole, std::string path, mistake_list& mistakes);
    // One whose name may hold dots, so that no path leads to it.
    section(const tree& whole, std::string path, const toml::node& node, mistake_list& mistakes);
    // As refuse_others.
    ~section() { refuse_others(); }
    section(const section&) = delete;
    section& operator=(const section&) = delete;

    // Each value in its place, in the order of the table; one that is wrong leaves its option as it
    // is. `running`: keys that count at the start alone are refused.
    template <class Section>
    void read(std::span<const key<Section>> keys, Section& into, bool running = false) {
        for (const auto& one : keys) {
            known_.push_back(one.name);
            const auto* const node = table_ == nullptr ? nullptr : table_->get(one.name);
            if (node == nullptr) {
                if (!one.example.empty() && !unusable_) note_missing(one.name, one.example);
            } else if (running && one.at_start_only) {
                complain(one.name, "cannot be changed while it runs");
            } else if (const auto wrong = one.read({whole_, path_of(one.name), *node}, into)) {
                complain(one.name, *wrong);
            }
        }
    }
    // Sections inside it, which are read apart. The names must outlive it, as all keys' do.
    void holds(std::initializer_list<std::string_view> inner) {
        known_.insert(known_.end(), inner);
    }
    // As a list of sections: how many [[key]] there are; what is no list is a mistake.
    std::size_t count_of(std::string_view key);

    // Notes the keys that nothing named so far, and rivals that stand side by side; once.
    void refuse_others();

    bool has(std::string_view key) const { return table_ != nullptr && table_->contains(key); }
    void complain(std::string_view key, std::string_view what);
    std::string path_of(std::string_view key) const { return inside(path_, key); }
    std::string heading() const { return whole_.heading(path_); }

  private:
    void take(const toml::node& node);
    void note_missing(std::string_view name, std::string_view example);

    const tree& whole_;
    std::string path_;
    mistake_list& mistakes_;
    const toml::table* table_ = nullptr;
    bool unusable_ = false;
    bool others_refused_ = false;
    std::vector<std::string_view> known_;
};

}  // namespace tidings::settings

// The numbers that must not be texted, from one or more files in any of the list formats, usually
// one number a line with # comments. It answers for a number and notices when a file was changed;
// it never decides what happens to a row (runner/list_reader, core/dispatcher).
//
// In doubt it keeps people suppressed: a file that becomes unreadable or empty leaves its old
// numbers in force, and one that shrank is believed only when it is found unchanged a second time.
#pragma once

#include "codec/numbers/phone_spelling.hpp"
#include "core/failure.hpp"
#include "core/number_set.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::store {

// What stands in the files at one moment. Never changes, so threads may share it.
class suppressed_numbers {
  public:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    // Index of the first file that has the number, or `none`.
    std::size_t find(core::phone_number number) const noexcept {
        for (std::size_t i = 0; i < files_.size(); ++i)
            if (files_[i].numbers->contains(number)) return i;
        return none;
    }
    bool contains(core::phone_number number) const noexcept { return find(number) != none; }
    const std::string& file(std::size_t index) const { return files_[index].path; }
    std::uint64_t size() const noexcept;

  private:
    friend class suppression_list;
    struct one_file {
        std::string path;
        std::shared_ptr<const core::number_set> numbers;  // shared with older and newer snapshots
    };
    std::vector<one_file> files_;
};

// One thread at a time; the snapshots may go to others.
class suppression_list {
  public:
    static constexpr std::size_t problems_max = 20;  // kept; the rest is counted

    // column: the name of the column with the numbers, where a file has several.
    static core::result<suppression_list> load(std::vector<std::string> paths,
                                               codec::phone_speller speller, std::string column);

    // Who else holds it: the list reader and the dispatcher, each until it asks again.
    std::shared_ptr<const suppressed_numbers> current() const noexcept { return current_; }

    // Looks whether files were changed since (one stat each) and reads those again: true when
    // current() has changed. Fails (list) when a changed file cannot be used; its old numbers stay
    // in force and the other files are still read. Call it every second or two: what was appended
    // is then obeyed within 2 calls, what was removed within 3.
    core::result<bool> reload_if_changed();

    // Lines that name no number, as "dnc.txt line 7: too few digits: 12", found by load or by the
    // last reload_if_changed: nobody is kept from being texted by them, so they must be shown.
    const std::vector<std::string>& problems() const noexcept { return problems_; }
    std::uint64_t problems_count() const noexcept { return problems_count_; }

  private:
    struct file_facts {
        std::uint64_t device = 0, inode = 0, bytes = 0;
        std::int64_t changed_at_ns = 0;
        friend bool operator==(const file_facts&, const file_facts&) = default;
    };
    struct watched_file {
        file_facts loaded;
        file_facts seen;  // at the last look
    };

    explicit suppression_list(codec::phone_speller speller) : speller_(std::move(speller)) {}
    static core::result<file_facts> look(const std::string& path);
    core::result<std::shared_ptr<const core::number_set>> read_file(const std::string& path);
    core::result<bool> reload(std::size_t index, suppressed_numbers& changed);
    void add_problem(const std::string& path, std::uint64_t line, std::string_view why,
                     std::string_view text);

    codec::phone_speller speller_;
    std::string column_;
    std::vector<watched_file> watched_;
    std::shared_ptr<const suppressed_numbers> current_;
    std::vector<std::string> problems_;
    std::uint64_t problems_count_ = 0;
};

}  // namespace tidings::store

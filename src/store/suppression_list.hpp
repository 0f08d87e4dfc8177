// The numbers that must not be texted, from one or more files in any of the list formats, usually
// one number a line with # comments. It answers for a number, notices when a file was changed, and
// says what it could not read; it never decides what happens to a row (runner/list_reader,
// core/dispatcher), nor whether a campaign may begin with opt-outs that nobody can read
// (app/campaign_assembly).
//
// In doubt it keeps people suppressed: a file that becomes unreadable or empty leaves its old
// numbers in force, and one that shrank is believed only when it is found unchanged a second time.
#pragma once

#include "codec/lists/raw_row.hpp"
#include "codec/numbers/phone_spelling.hpp"
#include "core/failure.hpp"
#include "core/number_set.hpp"
#include "core/progress.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::store {

// What one file was found to hold. Nobody is kept from being texted by what is unreadable, so it
// must be shown.
struct suppression_findings {
    static constexpr std::size_t examples_max = 5;

    std::string path;
    std::uint64_t numbers = 0;          // different ones
    std::uint64_t unreadable = 0;       // lines that name no number
    std::vector<std::string> examples;  // of them: "line 7: too few digits: 12"
    std::string trouble;                // of the whole file: "holds no number"; empty: none

    bool whole() const noexcept { return unreadable == 0 && trouble.empty(); }
    // "dnc.txt: 2 opt-outs, and 3 lines that cannot be read (line 7: too few digits: 12; ...)"
    std::string in_words() const;
};

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
    const std::string& file(std::size_t index) const { return files_[index].findings.path; }
    std::uint64_t size() const noexcept;
    // A file that is troubled as a whole counts as one unreadable line.
    core::opt_out_counts counts() const noexcept;

  private:
    friend class suppression_list;
    struct one_file {
        suppression_findings findings;
        std::shared_ptr<const core::number_set> numbers;  // shared with older and newer snapshots
    };
    std::vector<one_file> files_;
};

// One thread at a time; the snapshots may go to others.
class suppression_list {
  public:
    // column: the name of the column with the numbers, where a file has several. Fails (list) when
    // a file cannot be read at all: missing, a pipe, damaged, without that column.
    static core::result<suppression_list> load(std::vector<std::string> paths,
                                               codec::phone_speller speller, std::string column);

    // Who else holds it: the list reader and the dispatcher, each until it asks again.
    std::shared_ptr<const suppressed_numbers> current() const noexcept { return current_; }
    // In the order of the paths.
    std::vector<suppression_findings> findings() const;

    // Looks whether files were changed since (one stat each) and reads those again: true when
    // current() has changed. Call it every second or two: what was appended is then obeyed within 2
    // calls, what was removed within 3.
    bool reload_if_changed();
    // What the last reload_if_changed found wrong, a sentence each: lines that cannot be read, a
    // file that cannot be used and whose old numbers stay in force. What was said is not repeated.
    const std::vector<std::string>& news() const noexcept { return news_; }

  private:
    struct file_facts {
        std::uint64_t device = 0, inode = 0, bytes = 0;
        std::int64_t changed_at_ns = 0;
        friend bool operator==(const file_facts&, const file_facts&) = default;
    };
    struct watched_file {
        file_facts loaded;
        file_facts seen;   // at the last look
        std::string told;  // what was said of it last
    };
    struct contents {
        suppressed_numbers::one_file file;
        // The last line is unreadable and has no end: it may still be being written.
        bool breaks_off = false;
    };

    explicit suppression_list(codec::phone_speller speller) : speller_(std::move(speller)) {}
    static core::result<file_facts> look(const std::string& path);
    core::result<contents> read_file(const std::string& path);
    void read_row(const codec::raw_row& row, core::number_set& numbers, contents& into);
    core::result<bool> reload(std::size_t index, suppressed_numbers& changed);
    void tell(std::size_t index, std::string sentence);

    codec::phone_speller speller_;
    std::string column_;
    std::vector<watched_file> watched_;
    std::shared_ptr<const suppressed_numbers> current_;
    std::vector<std::string> news_;
};

}  // namespace tidings::store

#include "store/suppression_list.hpp"

#include "codec/lists/cell_spelling.hpp"
#include "codec/text/utf8.hpp"
#include "core/wording.hpp"
#include "store/list_rows.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <sys/stat.h>

namespace tidings::store {
namespace {

constexpr std::size_t shown_max = 64;

std::string counted(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", core::shown_count(count), noun, count == 1 ? "" : "s");
}

}  // namespace

std::string suppression_findings::in_words() const {
    auto text = path + ": " + (trouble.empty() ? counted(numbers, "opt-out") : trouble);
    if (unreadable == 0) return text;
    text += fmt::format("{}{} that cannot be read (", trouble.empty() ? ", and " : "; ",
                        counted(unreadable, "line"));
    for (std::size_t i = 0; i < examples.size(); ++i)
        text += (i == 0 ? "" : "; ") + examples[i];
    return text + (unreadable > examples.size() ? "; ...)" : ")");
}

std::uint64_t suppressed_numbers::size() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : files_)
        sum += one.numbers->size();
    return sum;
}

core::opt_out_counts suppressed_numbers::counts() const noexcept {
    core::opt_out_counts sum{.numbers = size()};
    for (const auto& one : files_)
        sum.unreadable += one.findings.unreadable + (one.findings.trouble.empty() ? 0 : 1);
    return sum;
}

core::result<suppression_list::file_facts> suppression_list::look(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        const char* const why = errno == ENOENT ? "there is no such file" : std::strerror(errno);
        return core::failure{core::trouble::list,
                             fmt::format("suppression list {}: {}", path, why)};
    }
    if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode))
        return core::failure{core::trouble::list,
                             fmt::format("suppression list {}: this is no regular file (a pipe or "
                                         "a device), and opt-outs are read again while the "
                                         "campaign runs: put them into a file",
                                         path)};
    return file_facts{facts.st_dev, facts.st_ino, static_cast<std::uint64_t>(facts.st_size),
                      std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

core::result<suppression_list> suppression_list::load(std::vector<std::string> paths,
                                                      codec::phone_speller speller,
                                                      std::string column) {
    suppression_list made(std::move(speller));
    made.column_ = std::move(column);
    auto numbers = std::make_shared<suppressed_numbers>();
    for (auto& path : paths) {
        // Looked at before reading, so that a change in between is noticed next time.
        auto facts = look(path);
        if (!facts) return facts.error();
        auto read = made.read_file(path);
        if (!read) return read.error();
        made.watched_.push_back({*facts, *facts, read->file.findings.in_words()});
        numbers->files_.push_back(std::move(read->file));
    }
    made.current_ = std::move(numbers);
    return made;
}

std::vector<suppression_findings> suppression_list::findings() const {
    std::vector<suppression_findings> all;
    for (const auto& one : current_->files_)
        all.push_back(one.findings);
    return all;
}

core::result<suppression_list::contents> suppression_list::read_file(const std::string& path) {
    contents made;
    made.file.findings.path = path;
    auto numbers = std::make_shared<core::number_set>();
    auto facts = look(path);
    if (!facts) return facts.error();
    if (facts->bytes == 0) {
        made.file.findings.trouble = "the file is empty";
        made.file.numbers = std::move(numbers);
        return made;
    }
    list_rows_options options;
    options.path = path;
    options.columns.to = column_;
    options.comments = true;
    options.only_column_will_do = true;
    auto rows = list_rows::open(std::move(options));
    const auto named = [](core::failure what) {
        what.text.insert(0, "suppression list ");
        return what;
    };
    if (!rows) return named(rows.error());
    for (;;) {
        auto more = rows->advance();
        if (!more) return named(more.error());
        if (!*more) break;
        for (const auto& row : rows->rows())
            read_row(row, *numbers, made);
    }
    auto& findings = made.file.findings;
    findings.numbers = numbers->size();
    if (numbers->size() == 0) findings.trouble = "no number stands in it";
    made.file.numbers = std::move(numbers);
    return made;
}

void suppression_list::read_row(const codec::raw_row& row, core::number_set& numbers,
                                contents& into) {
    auto why = codec::text_of(row.fault);
    if (row.fault == codec::row_fault::none) {
        const auto spelt = codec::spell_cell(speller_, row.to);
        if (spelt) {
            numbers.insert(spelt.number);
            return;
        }
        why = speller_.text_of(spelt.why);
    }
    auto& findings = into.file.findings;
    ++findings.unreadable;
    into.breaks_off = !row.bytes.ends_with('\n');
    if (findings.examples.size() == suppression_findings::examples_max) return;
    auto told = fmt::format("line {}: {}: ", row.line, why);
    codec::append_printable(told, row.to, shown_max);
    findings.examples.push_back(std::move(told));
}

// One file that may have changed: true when `changed` got what it holds now.
core::result<bool> suppression_list::reload(std::size_t index, suppressed_numbers& changed) {
    auto& watched = watched_[index];
    auto& file = changed.files_[index];
    auto facts = look(file.findings.path);
    if (!facts) return facts.error();
    const bool settled = *facts == watched.seen;
    watched.seen = *facts;
    if (*facts == watched.loaded) return false;
    const bool grown = facts->inode == watched.loaded.inode && facts->bytes > watched.loaded.bytes;
    if (!grown && !settled) return false;
    auto read = read_file(file.findings.path);
    if (!read) return read.error();
    auto& findings = read->file.findings;
    if (read->breaks_off && !settled) {
        // Judged when it stands still, at the next look; what stands above it counts now.
        --findings.unreadable;
        if (findings.examples.size() > findings.unreadable) findings.examples.pop_back();
    } else {
        watched.loaded = *facts;
    }
    if (findings.numbers == 0 && file.numbers->size() != 0) {
        // Told as trouble of its own, beside the numbers that it had.
        findings.trouble =
            fmt::format("it holds no numbers any more; the {} it held before stay in force",
                        core::shown_count(file.numbers->size()));
        findings.numbers = file.numbers->size();
        read->file.numbers = file.numbers;
    }
    if (!findings.whole()) tell(index, findings.in_words());
    file = std::move(read->file);
    return true;
}

void suppression_list::tell(std::size_t index, std::string sentence) {
    auto& told = watched_[index].told;
    if (told == sentence) return;
    told = sentence;
    news_.push_back("opt-outs: " + std::move(sentence));
}

bool suppression_list::reload_if_changed() {
    news_.clear();
    auto changed = std::make_shared<suppressed_numbers>(*current_);
    bool any = false;
    for (std::size_t i = 0; i < watched_.size(); ++i) {
        const auto one = reload(i, *changed);
        if (one) {
            any = any || *one;
            continue;
        }
        // Its old numbers stay in force, and it is read anew when it can be.
        watched_[i].loaded = {};
        auto& findings = changed->files_[i].findings;
        any = any || findings.trouble != one.error().text;
        findings.trouble = one.error().text;
        tell(i, one.error().text + "; the " + core::shown_count(findings.numbers) +
                    " opt-outs it held before stay in force");
    }
    if (any) current_ = std::move(changed);
    return any;
}

}  // namespace tidings::store

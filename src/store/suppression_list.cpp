#include "store/suppression_list.hpp"

#include "codec/text/utf8.hpp"
#include "store/list_rows.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <sys/stat.h>

namespace tidings::store {
namespace {

constexpr std::size_t shown_max = 64;

}  // namespace

std::uint64_t suppressed_numbers::size() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : files_)
        sum += one.numbers->size();
    return sum;
}

core::result<suppression_list::file_facts> suppression_list::look(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) {
        const char* const why = errno == ENOENT ? "there is no such file" : std::strerror(errno);
        return core::failure{core::trouble::list,
                             fmt::format("suppression list {}: {}", path, why)};
    }
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
        made.watched_.push_back({*facts, *facts});
        numbers->files_.push_back({std::move(path), std::move(*read)});
    }
    made.current_ = std::move(numbers);
    return made;
}

core::result<std::shared_ptr<const core::number_set>> suppression_list::read_file(
    const std::string& path) {
    auto numbers = std::make_shared<core::number_set>();
    auto facts = look(path);
    if (!facts) return facts.error();
    if (facts->bytes == 0) return std::shared_ptr<const core::number_set>(std::move(numbers));

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
        for (const auto& row : rows->rows()) {
            if (row.fault != codec::row_fault::none) {
                add_problem(path, row.line, codec::text_of(row.fault), row.to);
                continue;
            }
            const auto spelt = speller_.spell(row.to);
            if (spelt)
                numbers->insert(spelt.number);
            else
                add_problem(path, row.line, speller_.text_of(spelt.why), row.to);
        }
    }
    return std::shared_ptr<const core::number_set>(std::move(numbers));
}

void suppression_list::add_problem(const std::string& path, std::uint64_t line,
                                   std::string_view why, std::string_view text) {
    ++problems_count_;
    if (problems_.size() == problems_max) return;
    auto told = fmt::format("{} line {}: {}: ", path, line, why);
    codec::append_printable(told, text, shown_max);
    problems_.push_back(std::move(told));
}

// One file that may have changed: true when `changed` got its new numbers.
core::result<bool> suppression_list::reload(std::size_t index, suppressed_numbers& changed) {
    auto& watched = watched_[index];
    auto& file = changed.files_[index];
    auto facts = look(file.path);
    if (!facts) return facts.error();
    const bool settled = *facts == watched.seen;
    watched.seen = *facts;
    if (*facts == watched.loaded) return false;
    const bool grown = facts->inode == watched.loaded.inode && facts->bytes > watched.loaded.bytes;
    if (!grown && !settled) return false;
    auto numbers = read_file(file.path);
    if (!numbers) return numbers.error();
    watched.loaded = *facts;
    if ((*numbers)->size() == 0 && file.numbers->size() != 0)
        return core::failure{
            core::trouble::list,
            fmt::format("suppression list {}: it holds no numbers any more; the {} "
                        "it held before stay in force",
                        file.path, file.numbers->size())};
    file.numbers = std::move(*numbers);
    return true;
}

core::result<bool> suppression_list::reload_if_changed() {
    problems_.clear();
    problems_count_ = 0;
    auto changed = std::make_shared<suppressed_numbers>(*current_);
    bool any = false;
    std::optional<core::failure> trouble;
    for (std::size_t i = 0; i < watched_.size(); ++i) {
        auto one = reload(i, *changed);
        if (!one)
            trouble = trouble ? trouble : one.error();
        else
            any = any || *one;
    }
    if (any) current_ = std::move(changed);
    if (trouble) return *trouble;
    return any;
}

}  // namespace tidings::store

#include "store/merged_list.hpp"

#include "core/wording.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include <unistd.h>

namespace tidings::store {
namespace {

constexpr std::size_t block_bytes = std::size_t{256} << 10;

void append_field(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

std::string name_of(const merged_file& one) {
    return one.path.substr(one.path.rfind('/') + 1);
}

class merged_writer {
  public:
    merged_writer(const codec::column_names& columns, int descriptor) : descriptor_(descriptor) {
        append_field(text_, columns.to);
        std::vector<std::string_view> written = {columns.to};
        for (const auto& field : codec::list_fields) {
            const auto& name = columns.*field.name;
            // One column may be asked for twice.
            if (name.empty() || std::find(written.begin(), written.end(), name) != written.end())
                continue;
            written.push_back(name);
            fields_.push_back(field.text);
            append_field(text_ += ',', name);
        }
        text_ += ",list file,list row\n";
    }

    void add(const codec::raw_row& row, const std::string& file, std::uint64_t number) {
        if (row.fault == codec::row_fault::none) {
            append_field(text_, row.to);
        } else {
            // As it was judged there: alone, some of it might be taken for a number.
            std::string told = "#";
            append_field(text_, told.append(codec::text_of(row.fault)).append(": ").append(row.to));
        }
        for (const auto field : fields_)
            append_field(text_ += ',', row.*field);
        append_field(text_ += ',', file);
        fmt::format_to(std::back_inserter(text_), ",{}\n", number);
    }

    core::result<void> write(bool all) {
        if (!all && text_.size() < block_bytes) return {};
        for (std::string_view rest = text_; !rest.empty();) {
            const auto count = ::write(descriptor_, rest.data(), rest.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0)
                return core::failure{core::trouble::disk_full,
                                     std::string("the merged list cannot be written: ") +
                                         std::strerror(count < 0 ? errno : ENOSPC)};
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
        text_.clear();
        return {};
    }

  private:
    std::vector<std::string_view codec::raw_row::*> fields_;  // beside the number
    int descriptor_;
    std::string text_;
};

}  // namespace

core::result<std::vector<merged_file>> merge_lists(const std::vector<std::string>& paths,
                                                   const list_rows_options& options,
                                                   int descriptor) {
    std::vector<merged_file> made;
    merged_writer out(options.columns, descriptor);
    std::uint64_t total = 0;
    for (const auto& path : paths) {
        auto from = options;
        from.path = path;
        auto rows = list_rows::open(std::move(from));
        if (!rows) return rows.error();
        const auto name = path.substr(path.rfind('/') + 1);
        std::uint64_t number = 0;
        for (;;) {
            const auto more = rows->advance();
            if (!more) return more.error();
            if (!*more) break;
            for (const auto& row : rows->rows())
                out.add(row, name, ++number);
            if (auto written = out.write(false); !written) return written.error();
        }
        total += number;
        made.push_back({path, number, total});
    }
    if (auto written = out.write(true); !written) return written.error();
    return made;
}

std::string place_of(std::uint64_t row, const std::vector<merged_file>& files) {
    for (const auto& one : files)
        if (row <= one.last_row)
            return fmt::format("{} row {}", name_of(one), row - (one.last_row - one.rows));
    return fmt::format("row {}", row);
}

std::string in_words(const std::vector<merged_file>& files) {
    std::string text;
    for (const auto& one : files) {
        const auto name = name_of(one);
        text += text.empty() ? "" : ", ";
        if (one.rows == 0)
            text += "none are " + name;
        else if (one.rows == 1)
            text += core::shown_count(one.last_row) + " is " + name;
        else
            text += core::shown_count(one.last_row - one.rows + 1) + " to " +
                    core::shown_count(one.last_row) + " are " + name;
    }
    return "rows " + text;
}

}  // namespace tidings::store

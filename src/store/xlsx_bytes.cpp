// xlsx_bytes of store/workbook_bytes.hpp.
#include "codec/sheets/sheet_head.hpp"
#include "codec/sheets/sheet_text.hpp"
#include "codec/sheets/xlsx_parts.hpp"
#include "codec/sheets/xlsx_sheet.hpp"
#include "store/sheet_choice.hpp"
#include "store/workbook_bytes.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace tidings::store {
namespace {

// Sheets whose headers are looked at.
constexpr std::size_t sheets_looked_at_max = 64;
constexpr std::string_view workbook_by_custom = "xl/workbook.xml";

std::string folder_of_part(const std::string& name) {
    const auto slash = name.rfind('/');
    return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

std::string relations_of(const std::string& name) {
    const auto folder = folder_of_part(name);
    const auto file = folder.empty() ? name : name.substr(folder.size() + 1);
    return (folder.empty() ? "" : folder + "/") + "_rels/" + file + ".rels";
}

class xlsx final : public list_source::unpacking {
  public:
    xlsx(workbook_parts parts, const list_source_options& wanted)
        : parts_(std::move(parts)), wanted_(wanted) {}

    core::result<void> begin() {
        if (auto done = read_tables(); !done) return done;
        if (auto done = choose(); !done) return done;
        if (auto done = find_merged(); !done) return done;
        return open_sheet();
    }

    core::result<std::size_t> read(std::span<char> out) override {
        std::size_t made = 0;
        while (made != out.size()) {
            made += text_->take(out.subspan(made));
            if (made == out.size() || text_->has_ready()) continue;
            if (ended_) break;
            const auto more = part_->feed(*stream_);
            if (!more) return more.error();
            if (auto sound = judge(); !sound) return sound.error();
            ended_ = !*more;
        }
        return made;
    }
    core::result<void> rewind() override { return open_sheet(); }
    list_oddities oddities() const override { return choice_.oddities(*text_); }
    std::string name() const override { return parts_.path() + ".csv"; }
    bool is_sheet() const override { return true; }

  private:
    core::failure damaged(const std::string& text) const {
        return parts_.failed(text + ": the workbook is damaged; save it again, or as CSV");
    }

    core::result<void> judge() const {
        if (sheet_->dangling())
            return damaged("sheet \"" + choice_.name() + "\" points at texts that are not there");
        if (text_->overrun())
            return parts_.failed("sheet \"" + choice_.name() +
                                 "\" has over 16,777,216 rows: no spreadsheet program writes so "
                                 "many");
        return {};
    }

    core::result<void> read_tables() {
        codec::relation_list roots;
        if (const auto read = parts_.read("_rels/.rels", roots); !read) return read.error();
        const auto* const root = roots.by_type("officeDocument");
        workbook_ =
            root == nullptr ? std::string(workbook_by_custom) : codec::part_name(root->target);
        const auto workbook = parts_.read(workbook_, sheets_);
        if (!workbook) return workbook.error();
        if (!*workbook) return damaged("there is no " + workbook_ + " in it");
        if (sheets_.overrun()) return parts_.failed("it has over 1,000 sheets");
        const auto links = parts_.read(relations_of(workbook_), relations_);
        if (!links) return links.error();
        if (auto read = read_table("styles", dates_); !read) return read;
        if (auto read = read_table("sharedStrings", strings_); !read) return read;
        if (strings_.overrun())
            return parts_.failed("it holds over 256 MiB of text: save the sheet as CSV");
        return {};
    }

    // One that is not there is empty.
    core::result<void> read_table(std::string_view type, codec::xml_listener& into) {
        const auto* const link = relations_.by_type(type);
        if (link == nullptr) return {};
        const auto read = parts_.read(codec::part_name(link->target, folder()), into);
        if (!read) return read.error();
        return {};
    }

    std::string folder() const { return folder_of_part(workbook_); }

    // nullopt: it is a chart or a macro.
    std::optional<std::string> part_of(const codec::sheet_entry& sheet) const {
        const auto* const link = relations_.by_id(sheet.relation);
        if (link == nullptr || link->type != "worksheet") return std::nullopt;
        return codec::part_name(link->target, folder());
    }

    core::result<void> choose() {
        std::size_t looked_at = 0;
        for (std::size_t i = 0; i < sheets_.all().size(); ++i) {
            const auto& sheet = sheets_.all()[i];
            const auto part = part_of(sheet);
            if (!part) continue;
            if (sheet.hidden) {
                choice_.add_hidden();
                continue;
            }
            if (++looked_at > sheets_looked_at_max) break;
            codec::sheet_head head(wanted_.columns, wanted_.header_row);
            codec::merged_cells none;
            codec::xlsx_sheet rows({strings_, dates_, none}, head);
            auto in = parts_.part(*part);
            if (!in) return in.error();
            if (!*in) return damaged("sheet \"" + sheet.name + "\" has no part");
            codec::xml_stream stream(rows);
            rows.steer(stream);
            for (;;) {
                const auto more = (*in)->feed(stream);
                if (!more) return more.error();
                if (!*more) break;
            }
            choice_.add(i, sheet.name, head);
        }
        if (!choice_.chosen()) return parts_.failed(choice_.reason());
        part_name_ = *part_of(sheets_.all()[*choice_.chosen()]);
        return {};
    }

    core::result<void> find_merged() {
        auto in = parts_.part(part_name_);
        if (!in) return in.error();
        std::vector<char> block(std::size_t{64} << 10);
        for (;;) {
            const auto got = (*in)->read(block);
            if (!got) return got.error();
            if (*got == 0) break;
            merged_.look_through({block.data(), *got});
        }
        merged_.close();
        if (merged_.overrun()) return parts_.failed("it has over 65,536 merged cells");
        return {};
    }

    core::result<void> open_sheet() {
        auto in = parts_.part(part_name_);
        if (!in) return in.error();
        if (!*in) return damaged("a sheet has no part");
        part_ = std::move(**in);
        text_ = std::make_unique<codec::sheet_text>(choice_.width());
        sheet_ = std::make_unique<codec::xlsx_sheet>(codec::xlsx_tables{strings_, dates_, merged_},
                                                     *text_);
        stream_.emplace(*sheet_);
        sheet_->steer(*stream_);
        ended_ = false;
        return {};
    }

    workbook_parts parts_;
    list_source_options wanted_;
    std::string workbook_;  // its part
    codec::sheet_list sheets_;
    codec::relation_list relations_;
    codec::date_styles dates_;
    codec::shared_strings strings_;
    codec::merged_cells merged_;
    sheet_choice choice_;
    std::string part_name_;

    std::optional<open_part> part_;
    std::unique_ptr<codec::sheet_text> text_;
    std::unique_ptr<codec::xlsx_sheet> sheet_;
    std::optional<codec::xml_stream> stream_;
    bool ended_ = false;
};

}  // namespace

core::result<std::unique_ptr<list_source::unpacking>> xlsx_bytes(
    workbook_parts parts, const list_source_options& wanted) {
    auto made = std::make_unique<xlsx>(std::move(parts), wanted);
    if (auto ready = made->begin(); !ready) return ready.error();
    return std::unique_ptr<list_source::unpacking>(std::move(made));
}

}  // namespace tidings::store

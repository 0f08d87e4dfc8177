// ods_bytes of store/workbook_bytes.hpp.
#include "codec/sheets/ods_sheets.hpp"
#include "codec/sheets/sheet_head.hpp"
#include "codec/sheets/sheet_text.hpp"
#include "store/sheet_choice.hpp"
#include "store/workbook_bytes.hpp"

#include <optional>
#include <utility>

namespace tidings::store {
namespace {

constexpr std::string_view content = "content.xml";

// What both passes over the content share: which sheet is which.
class sheet_walk : public codec::ods_listener {
  public:
    sheet_walk(const codec::column_names& columns, std::size_t header_row)
        : columns_(columns), header_row_(header_row) {}

    codec::sheet_sink* on_sheet(std::string_view name, bool hidden) override {
        name_ = name;
        head_.reset();
        if (hidden) {
            choice_.add_hidden();
            ++index_;
            return nullptr;
        }
        if (rows_ != nullptr && index_ == known_.chosen()) {
            choice_.add_chosen(known_);
            return rows_;
        }
        head_.emplace(columns_, header_row_);
        return &*head_;
    }
    codec::sheet_sink::step on_sheet_ended() override {
        if (head_) choice_.add(index_, name_, *head_);
        ++index_;
        const bool enough = rows_ == nullptr && choice_.has_columns();
        return enough ? codec::sheet_sink::step::finish : codec::sheet_sink::step::go_on;
    }

    // For the second pass: what the first one found, and who gets the rows.
    void read(const sheet_choice& known, codec::sheet_text& rows) {
        known_ = known;
        rows_ = &rows;
    }
    const sheet_choice& choice() const { return choice_; }

  private:
    const codec::column_names& columns_;
    std::size_t header_row_;
    sheet_choice choice_;
    std::string name_;
    std::size_t index_ = 0;
    std::optional<codec::sheet_head> head_;
    sheet_choice known_;
    codec::sheet_text* rows_ = nullptr;
};

class ods final : public list_source::unpacking {
  public:
    ods(workbook_parts parts, const list_source_options& wanted)
        : parts_(std::move(parts)), columns_(wanted.columns), header_row_(wanted.header_row) {}

    core::result<void> begin() {
        sheet_walk looking(columns_, header_row_);
        codec::ods_sheets sheets(looking);
        auto in = parts_.part(content);
        if (!in) return in.error();
        codec::xml_stream stream(sheets);
        sheets.steer(stream);
        for (;;) {
            const auto more = (*in)->feed(stream);
            if (!more) return more.error();
            if (!*more) break;
        }
        choice_ = looking.choice();
        if (!choice_.chosen()) return parts_.failed(choice_.reason());
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
            if (text_->overrun())
                return parts_.failed("sheet \"" + choice_.name() +
                                     "\" has over 16,777,216 rows: no spreadsheet program writes "
                                     "so many");
            ended_ = !*more;
        }
        return made;
    }
    core::result<void> rewind() override { return open_sheet(); }
    // What stands behind the sheet is known when all of it was read.
    list_oddities oddities() const override {
        return (ended_ ? walk_->choice() : choice_).oddities(*text_);
    }
    std::string name() const override { return parts_.path() + ".csv"; }
    bool is_sheet() const override { return true; }

  private:
    core::result<void> open_sheet() {
        auto in = parts_.part(content);
        if (!in) return in.error();
        part_ = std::move(**in);
        text_ = std::make_unique<codec::sheet_text>(choice_.width());
        walk_ = std::make_unique<sheet_walk>(columns_, header_row_);
        walk_->read(choice_, *text_);
        sheets_ = std::make_unique<codec::ods_sheets>(*walk_);
        stream_.emplace(*sheets_);
        sheets_->steer(*stream_);
        ended_ = false;
        return {};
    }

    workbook_parts parts_;
    codec::column_names columns_;
    std::size_t header_row_;
    sheet_choice choice_;

    std::optional<open_part> part_;
    std::unique_ptr<codec::sheet_text> text_;
    std::unique_ptr<sheet_walk> walk_;
    std::unique_ptr<codec::ods_sheets> sheets_;
    std::optional<codec::xml_stream> stream_;
    bool ended_ = false;
};

}  // namespace

core::result<std::unique_ptr<list_source::unpacking>> ods_bytes(workbook_parts parts,
                                                                const list_source_options& wanted) {
    auto made = std::make_unique<ods>(std::move(parts), wanted);
    if (auto ready = made->begin(); !ready) return ready.error();
    return std::unique_ptr<list_source::unpacking>(std::move(made));
}

}  // namespace tidings::store

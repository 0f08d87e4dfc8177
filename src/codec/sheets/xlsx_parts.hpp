// What the small parts of an xlsx workbook say: which part is which (relationships), which sheets
// there are and which of them are shown (workbook), which styles are dates (styles). Namespaces do
// not matter, so that the strict form is read like the other.
#pragma once

#include "codec/sheets/xml_stream.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

// "xl/worksheets/sheet1.xml" of however it is written: case, backslashes, a leading slash and dots
// do not count. `base` is the folder that a relative name belongs to.
std::string part_name(std::string_view target, std::string_view base = {});

struct part_relation {
    std::string id;
    std::string type;    // the last word of its address: "worksheet", "sharedStrings", ...
    std::string target;  // as it is written
};

class relation_list final : public xml_listener {
  public:
    static constexpr std::size_t relations_max = 10'000;

    void on_begin(std::string_view name, const xml_attributes& with) override;
    void on_end(std::string_view) override {}
    void on_text(std::string_view) override {}

    const part_relation* by_id(std::string_view id) const noexcept;
    const part_relation* by_type(std::string_view type) const noexcept;

  private:
    std::vector<part_relation> all_;
};

struct sheet_entry {
    std::string name;
    std::string relation;  // its id
    bool hidden = false;
};

class sheet_list final : public xml_listener {
  public:
    static constexpr std::size_t sheets_max = 1'000;

    void on_begin(std::string_view name, const xml_attributes& with) override;
    void on_end(std::string_view) override {}
    void on_text(std::string_view) override {}

    const std::vector<sheet_entry>& all() const noexcept { return all_; }
    bool overrun() const noexcept { return overrun_; }

  private:
    std::vector<sheet_entry> all_;
    bool overrun_ = false;
};

// By the number that a cell's `s` says.
class date_styles final : public xml_listener {
  public:
    static constexpr std::size_t styles_max = 65'536;

    void on_begin(std::string_view name, const xml_attributes& with) override;
    void on_end(std::string_view name) override;
    void on_text(std::string_view) override {}

    bool is_date(std::uint64_t style) const noexcept {
        return style < dates_.size() && dates_[style];
    }

  private:
    std::vector<std::uint64_t> date_formats_;  // of the file's own
    std::vector<bool> dates_;
    bool in_cell_formats_ = false;
};

}  // namespace tidings::codec

// Which sheet of a workbook is the list: the first that is shown and has the wanted columns; where
// none has them, the first that is shown and holds anything, so that its reader can say what is
// missing. And what is to be told of the others.
#pragma once

#include "codec/sheets/sheet_head.hpp"
#include "codec/sheets/sheet_text.hpp"
#include "store/list_source.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tidings::store {

class sheet_choice {
  public:
    // In their order. A hidden one is never read.
    void add_hidden() { ++hidden_; }
    void add(std::size_t index, std::string name, const codec::sheet_head& head);

    // The one that is being read, as an earlier look at the workbook found it.
    void add_chosen(const sheet_choice& known);

    std::optional<std::size_t> chosen() const noexcept;
    // Pre: one is chosen.
    const std::string& name() const noexcept { return best()->name; }
    std::size_t width() const noexcept { return best()->width; }
    bool has_columns() const noexcept { return with_columns_.has_value(); }

    // What to tell of the sheet as far as it was read.
    list_oddities oddities(const codec::sheet_text& read) const;
    // Why there is nothing to read.
    std::string reason() const;

  private:
    struct candidate {
        std::size_t index = 0;
        std::string name;
        std::size_t width = 0;
        std::vector<std::string> hidden_names;
    };
    const candidate* best() const noexcept;

    std::optional<candidate> with_columns_;
    std::optional<candidate> without_;
    std::vector<std::string> also_;  // names of further ones that have the columns
    std::size_t shown_ = 0;
    std::size_t hidden_ = 0;
};

}  // namespace tidings::store

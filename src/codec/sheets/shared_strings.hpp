// The table of texts that the cells of an xlsx workbook point into, read from its part: each the
// plain text of the entry, runs joined, without phonetic readings.
#pragma once

#include "codec/sheets/xml_stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

class shared_strings final : public xml_listener {
  public:
    // A workbook that holds more is refused: it has to be in memory.
    static constexpr std::size_t bytes_max = std::size_t{256} << 20;
    static constexpr std::size_t texts_max = std::size_t{1} << 24;

    void on_begin(std::string_view name, const xml_attributes& with) override;
    void on_end(std::string_view name) override;
    void on_text(std::string_view text) override;

    // nullopt: there is none of that index.
    std::optional<std::string_view> text(std::uint64_t index) const noexcept {
        if (index >= ends_.size()) return std::nullopt;
        const auto begin = index == 0 ? 0 : ends_[index - 1];
        return std::string_view(bytes_).substr(begin, ends_[index] - begin);
    }
    std::size_t size() const noexcept { return ends_.size(); }
    bool overrun() const noexcept { return overrun_; }

  private:
    std::string bytes_;
    std::vector<std::uint32_t> ends_;
    std::string raw_;  // of the entry under way, still escaped
    bool in_entry_ = false;
    bool in_text_ = false;
    unsigned phonetic_ = 0;  // depth
    bool overrun_ = false;
};

}  // namespace tidings::codec

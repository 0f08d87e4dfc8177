// The parts of a workbook (xlsx, ods) by their names, each read as XML from its beginning: what
// store/xlsx_bytes and store/ods_bytes share. Which parts there are and what they mean is theirs.
#pragma once

#include "codec/sheets/xml_stream.hpp"
#include "core/failure.hpp"
#include "store/archive_reader.hpp"
#include "store/packed_bytes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::store {

// One part, on its way into a stream.
class open_part {
  public:
    open_part(archive_reader in, std::string named)
        : in_(std::move(in)), named_(std::move(named)) {}

    // Feeds some more, or goes on with what was paused. False: the part is at its end, or the
    // listener had enough.
    core::result<bool> feed(codec::xml_stream& stream);
    // The bytes as they are; 0: the end.
    core::result<std::size_t> read(std::span<char> out) { return in_.read(out); }

  private:
    archive_reader in_;
    std::string named_;  // "book.xlsx: xl/workbook.xml: "
    std::vector<char> block_;
};

class workbook_parts {
  public:
    // Reads the names. Fails (list) when the archive is damaged or needs a password.
    static core::result<workbook_parts> open(input_file file);

    // Names as codec::part_name makes them.
    bool has(std::string_view name) const;
    bool has_folder(std::string_view name) const;
    const std::vector<std::string>& names() const noexcept { return names_; }
    const std::string& path() const noexcept { return file_.path(); }

    // One part at a time: opening another ends the one before. nullopt: there is no such part.
    core::result<std::optional<open_part>> part(std::string_view name);
    // All of one, until the listener has enough; false: there is no such part.
    core::result<bool> read(std::string_view name, codec::xml_listener& listener);

    // Ends its use.
    input_file take_file() && { return std::move(file_); }

    core::failure failed(const std::string& text) const {
        return {core::trouble::list, file_.path() + ": " + text};
    }

  private:
    explicit workbook_parts(input_file file) : file_(std::move(file)) {}

    input_file file_;
    std::vector<std::string> names_;
};

}  // namespace tidings::store

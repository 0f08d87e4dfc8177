// What the bytes of a list are before they are rows: in which encoding, with which line ends, and
// whether they are JSON values that are not one a line. All become UTF-8 with a line a row, which
// is what the readers of the formats want; most lists are that already, and are left alone.
// Fields in windows-1252 are read one by one (cell_spelling), because nothing but a field says that
// it is in it.
#pragma once

#include "codec/text/legacy_text.hpp"
#include "core/failure.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::codec {

// Rewrites a list as it comes.
class list_filter {
  public:
    virtual ~list_filter() = default;
    // Appends what the bytes become; `last`: none follow. Fails (list) when the list breaks off.
    virtual core::result<void> append(std::string& out, std::string_view bytes, bool last) = 0;
    // Begins anew.
    virtual void rewind() = 0;
};

// How many first bytes are enough to tell.
inline constexpr std::size_t list_text_probe_bytes = std::size_t{64} << 10;

// What has to be done to a list that begins so; null: nothing. `whole`: there is no more of it.
std::unique_ptr<list_filter> filter_for(std::string_view head, bool whole);

// The same for its encoding, its line ends and its JSON, each alone.
std::optional<byte_order> utf16_order(std::string_view head) noexcept;
bool ends_lines_with_cr(std::string_view head, bool whole) noexcept;
bool is_spread_json(std::string_view head) noexcept;

}  // namespace tidings::codec

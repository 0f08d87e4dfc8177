// JSON as text, as much of it as the views write: escaped strings, figures, objects on one line.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::view {

// In quotes, through core/foreign_text's gate.
std::string json_string(std::string_view text);
// At most three decimals, none that say nothing: "43.1", "0", "1000".
std::string json_number(double value);
std::string json_ms(core::duration span);
std::string json_seconds(core::duration span);

// {"name":value,...} in the order of the calls.
class json_object {
  public:
    json_object& text(std::string_view name, std::string_view value) {
        return raw(name, json_string(value));
    }
    json_object& count(std::string_view name, std::uint64_t value) {
        return raw(name, std::to_string(value));
    }
    // `value` is JSON already.
    json_object& raw(std::string_view name, std::string_view value);
    std::string ended() const { return "{" + inside_ + "}"; }

  private:
    std::string inside_;
};

}  // namespace tidings::view

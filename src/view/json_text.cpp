#include "view/json_text.hpp"

#include "core/foreign_text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tidings::view {

std::string json_string(std::string_view text) {
    std::string made = "\"";
    core::append_json(made, text);
    return made + "\"";
}

std::string json_number(double value) {
    if (!std::isfinite(value)) return "0";
    auto text = fmt::format("{:.3f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string json_ms(core::duration span) {
    return json_number(std::chrono::duration<double, std::milli>(span).count());
}

std::string json_seconds(core::duration span) {
    return json_number(std::chrono::duration<double>(span).count());
}

json_object& json_object::raw(std::string_view name, std::string_view value) {
    if (!inside_.empty()) inside_ += ",";
    inside_ += json_string(name) + ":";
    inside_ += value;
    return *this;
}

}  // namespace tidings::view

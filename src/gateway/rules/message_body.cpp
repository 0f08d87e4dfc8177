#include "gateway/rules/message_body.hpp"

#include <simdjson.h>

namespace tidings::gateway {

message_body_reader::message_body_reader() : parser_(std::make_unique<simdjson::dom::parser>()) {}
message_body_reader::message_body_reader(message_body_reader&&) noexcept = default;
message_body_reader& message_body_reader::operator=(message_body_reader&&) noexcept = default;
message_body_reader::~message_body_reader() = default;

std::optional<message_numbers> message_body_reader::read(std::string_view body) {
    if (body.empty() || body.size() > bytes_max) return std::nullopt;
    padded_.assign(body);
    padded_.append(simdjson::SIMDJSON_PADDING, '\0');
    simdjson::dom::object members;
    if (parser_->parse(padded_.data(), body.size(), false).get(members) != simdjson::SUCCESS)
        return std::nullopt;
    message_numbers made;
    for (const auto member : members) {
        std::string_view* const place = member.key == "fromNo" ? &made.from
                                        : member.key == "toNo" ? &made.to
                                                               : nullptr;
        if (place == nullptr) continue;
        if (!place->empty() || member.value.get(*place) != simdjson::SUCCESS || place->empty())
            return std::nullopt;
    }
    if (made.from.empty() || made.to.empty()) return std::nullopt;
    return made;
}

}  // namespace tidings::gateway

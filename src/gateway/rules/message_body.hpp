// Reads the body of the call: {"fromNo": "...", "toNo": "..."}. It says whether both are there as
// strings; whether they are numbers is rules.hpp's to judge.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace simdjson::dom {
class parser;
}

namespace tidings::gateway {

struct message_numbers {
    std::string_view from;  // both live until the reader's next read
    std::string_view to;
};

class message_body_reader {
  public:
    static constexpr std::size_t bytes_max = 64 * 1024;

    message_body_reader();
    message_body_reader(message_body_reader&&) noexcept;
    message_body_reader& operator=(message_body_reader&&) noexcept;
    ~message_body_reader();

    // Nullopt: empty, not one whole JSON object, one of the two is missing, empty, not a string or
    // there twice, or larger than bytes_max. Other members are let pass.
    std::optional<message_numbers> read(std::string_view body);

  private:
    std::unique_ptr<simdjson::dom::parser> parser_;
    std::string padded_;  // the body with the room the parser reads ahead into
};

}  // namespace tidings::gateway

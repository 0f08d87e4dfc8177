// The little JSON that store's own small files need: objects of texts, numbers and lists, written
// by hand, read with simdjson. Not for the hot path: the outcome log has
// codec/records/outcome_line.
#pragma once

#include "core/foreign_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace tidings::store {

// {"a": 1, "b": "text"} piece by piece; the values' order is the calls'.
class json_writer {
  public:
    json_writer& open(char bracket) {
        separate();
        text_ += bracket;
        first_ = true;
        return *this;
    }
    json_writer& close(char bracket) {
        text_ += bracket;
        first_ = false;
        return *this;
    }
    json_writer& key(std::string_view name) {
        separate();
        quote(name);
        text_ += ": ";
        first_ = true;  // no comma before the value
        return *this;
    }
    json_writer& value(std::string_view text) {
        separate();
        quote(text);
        return *this;
    }
    template <class Integer>
    requires std::is_integral_v<Integer> json_writer& value(Integer number) {
        separate();
        text_ += std::to_string(number);
        return *this;
    }
    json_writer& line() {
        text_ += '\n';
        return *this;
    }
    const std::string& text() const { return text_; }

  private:
    void separate() {
        if (!first_) text_ += ", ";
        first_ = false;
    }
    void quote(std::string_view text) {
        text_ += '"';
        core::append_json(text_, text);
        text_ += '"';
    }

    std::string text_;
    bool first_ = true;
};

// Members of an object; a missing or wrong one is remembered and gives an empty value.
class json_reader {
  public:
    explicit json_reader(simdjson::dom::element from) : from_(from) {}

    bool ok() const { return ok_; }
    std::string text(std::string_view name) {
        std::string_view found;
        if (from_[name].get(found) != simdjson::SUCCESS) ok_ = false;
        return std::string(found);
    }
    template <class Integer>
    Integer number(std::string_view name) {
        std::int64_t found = 0;
        std::uint64_t large = 0;
        if (from_[name].get(found) == simdjson::SUCCESS) return static_cast<Integer>(found);
        if (from_[name].get(large) != simdjson::SUCCESS) ok_ = false;
        return static_cast<Integer>(large);
    }
    simdjson::dom::array list(std::string_view name) {
        simdjson::dom::array found;
        if (from_[name].get(found) != simdjson::SUCCESS) ok_ = false;
        return found;
    }

  private:
    simdjson::dom::element from_;
    bool ok_ = true;
};

}  // namespace tidings::store

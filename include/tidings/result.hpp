// What a call that can fail returns: its value, or a failure. The library throws nothing of its own
// (memory that has run out ends the process, as in the program: a run goes on with resume()).
#pragma once

#include "tidings/exit_status.hpp"

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tidings {
inline namespace v0 {

struct failure {
    exit_status status = exit_status::internal;  // what the program would have ended with
    std::string text;  // one line, mistakes in settings one each: what, where, and what to do
};

template <class T>
class result {
  public:
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(failure why) : held_(std::in_place_index<1>, std::move(why)) {}

    explicit operator bool() const noexcept { return held_.index() == 0; }
    // Pre: it holds a value.
    T& operator*() noexcept { return *value(); }
    const T& operator*() const noexcept { return *value(); }
    T* operator->() noexcept { return value(); }
    const T* operator->() const noexcept { return value(); }
    // Pre: it does not.
    const failure& error() const noexcept {
        assert(!*this);
        return *std::get_if<1>(&held_);
    }

  private:
    T* value() noexcept {
        assert(*this);
        return std::get_if<0>(&held_);
    }
    const T* value() const noexcept {
        assert(*this);
        return std::get_if<0>(&held_);
    }

    std::variant<T, failure> held_;
};

template <>
class result<void> {
  public:
    result() = default;
    result(failure why) : why_(std::move(why)) {}

    explicit operator bool() const noexcept { return !why_; }
    // Pre: it failed.
    const failure& error() const noexcept {
        assert(why_);
        return *why_;
    }

  private:
    std::optional<failure> why_;
};

}  // namespace v0
}  // namespace tidings

// Whoever hears of a running campaign. Its calls come one at a time, on a thread of the library's
// own, so that a slow listener delays no message.
#pragma once

#include "tidings/snapshot.hpp"

#include <string_view>

namespace tidings {
inline namespace v0 {

class listener {
  public:
    virtual ~listener() = default;
    // Several times a second, and once at the end. No more rows are put at risk than
    // `in_doubt_max` of a snapshot that was told here.
    virtual void on_snapshot(const snapshot&) {}
    // One sentence for a person, as it happens: what the server refused, what the disk lacks.
    virtual void on_message(std::string_view) {}
};

}  // namespace v0
}  // namespace tidings

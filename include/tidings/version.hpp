// Which tidings this is. The build reads the number from here, and the program tells it.
#pragma once

#include <string_view>

namespace tidings {
inline namespace v0 {

inline constexpr std::string_view version = "0.1.0";

}  // namespace v0
}  // namespace tidings

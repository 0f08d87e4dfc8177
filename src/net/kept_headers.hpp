// Which headers of an answer the operator's rules look at (core/own_rules), and how they are kept:
// as core::answer::headers has them, a line "name: value" each. Bounded; of a server that sends
// more, what came first is kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::net {

inline constexpr std::size_t kept_headers_max = 2048;  // bytes of an answer's

// Puts the line into `kept` where `name`, however it is spelled, is one of `names`, which are in
// lower case.
void keep_header(const std::vector<std::string>& names, std::string_view name,
                 std::string_view value, std::string& kept);

}  // namespace tidings::net

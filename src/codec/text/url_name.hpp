// One server, one name: however the address of it is written.
#pragma once

#include <string>
#include <string_view>

namespace tidings::codec {

// Scheme and host in lower case, without a dot behind the host, the scheme's own port (:443) or
// slashes at the end; a path keeps its spelling. What is no https address comes back as it is.
std::string url_name(std::string_view url);

}  // namespace tidings::codec

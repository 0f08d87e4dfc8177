// Text inside HTML: escaped, so that nothing a list or a server says becomes markup.
#pragma once

#include <string>
#include <string_view>

namespace tidings::view {

// Through core/foreign_text's gate.
std::string html_escaped(std::string_view text);

// The page's style sheet: no fonts, images or addresses of elsewhere.
std::string_view html_style();

}  // namespace tidings::view

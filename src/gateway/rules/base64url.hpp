// base64url without padding (RFC 4648 section 5), the only spelling a JWT may have. It refuses
// padding, foreign characters and stray bits, so that one value has exactly one spelling.
//
// The sender has its own (codec/tokens/base64url.hpp), and that is meant: the gateway judges the
// sender's tokens, and with one decoder for both a mistake in it would be right on both sides. For
// the same reason tokens, JWE and rolling windows are written here a second time.
#pragma once

#include <string>
#include <string_view>

namespace tidings::gateway {

// Replaces `out`'s content by the decoded bytes; false when `text` is not base64url.
bool decode_base64url(std::string_view text, std::string& out);
std::string encode_base64url(std::string_view bytes);

}  // namespace tidings::gateway

#include "codec/text/url_name.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

TEST(url_name, one_server_has_one_name) {
    const struct {
        const char* written;
        const char* name;
    } cases[] = {
        {"https://platform.kore.ai", "https://platform.kore.ai"},
        {"https://Platform.KORE.ai", "https://platform.kore.ai"},
        {"HTTPS://platform.kore.ai", "https://platform.kore.ai"},
        {"https://platform.kore.ai:443", "https://platform.kore.ai"},
        {"https://platform.kore.ai.", "https://platform.kore.ai"},
        {"https://platform.kore.ai.:443//", "https://platform.kore.ai"},
        {"https://platform.kore.ai:8443/", "https://platform.kore.ai:8443"},
        {"https://Platform.kore.ai/Path/Of/It/", "https://platform.kore.ai/Path/Of/It"},
        {"https://[2001:DB8::1]:443/x", "https://[2001:db8::1]/x"},
        {"https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"},
        {"https://127.0.0.1:4433", "https://127.0.0.1:4433"},
        {"http://Plain.example:443", "http://Plain.example:443"},
        {"", ""},
    };
    for (const auto& one : cases)
        EXPECT_EQ(url_name(one.written), one.name) << one.written;
}

}  // namespace
}  // namespace tidings::codec

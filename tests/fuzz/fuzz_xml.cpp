// Any bytes as XML, in one piece and in pieces: no crash, the same elements and texts either way,
// and those that expat finds where it accepts the bytes. What expat refuses may be read: names and
// characters are looked at less closely here.
// uses: third::expat
#include "codec/sheets/xml_stream.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <expat.h>
#include <string>
#include <string_view>

using namespace tidings;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

// What was told, as text; neighbouring texts are one.
class told final : public codec::xml_listener {
  public:
    void on_begin(std::string_view name, const codec::xml_attributes& with) override {
        begin(name);
        for (const auto& one : with.all())
            attribute(one.name, one.value);
    }
    void on_end(std::string_view) override { add('e', ""); }
    void on_text(std::string_view text) override { add('t', text); }

    void begin(std::string_view name) { add('b', name); }
    void attribute(std::string_view name, std::string_view value) {
        add('n', name);
        add('v', value);
    }
    void add(char kind, std::string_view text) {
        if (kind != 't' || last_ != 't') all += std::string("\x01") + kind;
        all += text;
        last_ = kind;
    }
    std::string all;

  private:
    char last_ = 0;
};

std::string_view local(const char* name) {
    const char* const colon = std::strchr(name, ':');
    return colon == nullptr ? name : colon + 1;
}

struct expat_read {
    told seen;
    bool declares = false;
    static expat_read& of(void* self) { return *static_cast<expat_read*>(self); }
    static void begin(void* self, const char* name, const char** with) {
        of(self).seen.begin(local(name));
        for (; *with != nullptr; with += 2)
            of(self).seen.attribute(local(with[0]), with[1]);
    }
    static void end(void* self, const char*) { of(self).seen.add('e', ""); }
    static void text(void* self, const char* bytes, int size) {
        of(self).seen.add('t', {bytes, static_cast<std::size_t>(size)});
    }
    static void declared(void* self, const char*, const char*, const char*, int) {
        of(self).declares = true;
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 || size > 4096) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    told whole;
    const auto read = codec::read_xml(text, whole);

    told pieces;
    codec::xml_stream stream(pieces);
    const std::size_t piece = 1 + data[0] % 32;
    core::result<void> fed;
    for (std::size_t at = 0; at < text.size() && fed; at += piece)
        fed = stream.feed(text.substr(at, piece), at + piece >= text.size());
    if (text.empty()) fed = stream.feed({}, true);
    must(fed.has_value() == read.has_value());
    if (read) must(pieces.all == whole.all);

    expat_read other;
    auto* const expat = XML_ParserCreate("UTF-8");
    XML_SetUserData(expat, &other);
    XML_SetElementHandler(expat, expat_read::begin, expat_read::end);
    XML_SetCharacterDataHandler(expat, expat_read::text);
    XML_SetStartDoctypeDeclHandler(expat, expat_read::declared);
    const auto status = XML_Parse(expat, text.data(), static_cast<int>(text.size()), 1);
    XML_ParserFree(expat);
    if (status != XML_STATUS_OK || other.declares) return 0;
    if (!read) {
        // More than is allowed, and not broken.
        must(read.error().text.find("damaged") == std::string::npos);
        return 0;
    }
    must(other.seen.all == whole.all);
    return 0;
}

// XML in pieces, as elements and text, for the parts of a workbook: what programs write there, and
// nothing else of XML. There is no document type, so there are no entities of a file's own; text is
// UTF-8; elements nest to depth_max; no single tag is longer than tag_bytes_max. Names come without
// their prefix, because programs choose those freely. What the elements mean is its listener's
// (xlsx_*, ods_*). A sheet is one part of millions of small elements, which is why no library reads
// it: expat, which the tests hold this against, takes four times as long.
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace tidings::codec {

struct xml_attribute {
    std::string_view name;  // without its prefix
    std::string_view value;
};

// Good while on_begin runs.
class xml_attributes {
  public:
    explicit xml_attributes(std::span<const xml_attribute> all) : all_(all) {}
    // Of an attribute by its local name; empty when it is not there. Where two differ in nothing
    // but their prefix, the first.
    std::string_view get(std::string_view name) const noexcept;
    // "1" and "true".
    bool is_set(std::string_view name) const noexcept;
    // A whole number from 0 on; `otherwise` when it is absent or none.
    std::uint64_t count(std::string_view name, std::uint64_t otherwise) const noexcept;
    std::span<const xml_attribute> all() const noexcept { return all_; }

  private:
    std::span<const xml_attribute> all_;
};

class xml_listener {
  public:
    virtual ~xml_listener() = default;
    virtual void on_begin(std::string_view name, const xml_attributes& with) = 0;
    virtual void on_end(std::string_view name) = 0;
    // Of one piece of text, maybe in several.
    virtual void on_text(std::string_view text) = 0;
};

class xml_stream {
  public:
    static constexpr std::size_t depth_max = 256;
    static constexpr std::size_t attributes_max = 256;
    static constexpr std::size_t tag_bytes_max = std::size_t{4} << 20;

    // The listener outlives the stream, and may pause or end it from its functions.
    explicit xml_stream(xml_listener& listener);
    ~xml_stream();
    xml_stream(xml_stream&&) noexcept;
    xml_stream& operator=(xml_stream&&) noexcept;

    // Takes the next bytes; `last`: none follow. While it is paused nothing may be fed. Fails
    // (list) when the bytes are no XML, or more than is allowed; the text says where, and not in
    // which part.
    core::result<void> feed(std::string_view bytes, bool last);

    // From a listener: its functions are not called again before go_on() (but for the end of an
    // element that began and ended at once).
    void pause();
    bool paused() const noexcept;
    core::result<void> go_on();
    // From a listener: what follows is of no interest; feed() takes it and says nothing.
    void finish();
    bool finished() const noexcept;

    class scanner;

  private:
    std::unique_ptr<scanner> scanner_;
};

// All of a part that is small, at once. Fails as feed() does.
core::result<void> read_xml(std::string_view bytes, xml_listener& listener);

}  // namespace tidings::codec

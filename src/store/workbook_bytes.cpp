#include "store/workbook_bytes.hpp"

#include <array>
#include <string_view>

namespace tidings::store {
namespace {

constexpr std::string_view content_types = "[content_types].xml";
constexpr std::string_view ods_content = "content.xml";
constexpr std::string_view ods_manifest = "meta-inf/manifest.xml";

// Parts that tell what else an office document is.
struct foreign_document {
    std::string_view part;
    std::string_view words;
};
constexpr std::array<foreign_document, 4> foreign_documents = {{
    {"xl/workbook.bin", "this is a binary workbook (xlsb): save it as xlsx or CSV"},
    {"word/document.xml", "this is a text document (docx), not a list: save its table as CSV"},
    {"ppt/presentation.xml", "this is a presentation (pptx), not a list"},
    {"index/document.iwa", "this is a Numbers document: export it as CSV or xlsx"},
}};

// Is any part of it encrypted?
class encryption_search final : public codec::xml_listener {
  public:
    void on_begin(std::string_view name, const codec::xml_attributes&) override {
        found_ = found_ || name == "encryption-data" || name == "encrypted-key";
    }
    void on_end(std::string_view) override {}
    void on_text(std::string_view) override {}
    bool found() const { return found_; }

  private:
    bool found_ = false;
};

}  // namespace

core::result<bool> is_workbook(const workbook_parts& parts) {
    for (const auto& one : foreign_documents)
        if (parts.has(one.part)) return parts.failed(std::string(one.words));
    if (parts.has(content_types) && parts.has_folder("xl")) return true;
    return parts.has(ods_content) && (parts.has("mimetype") || parts.has(ods_manifest));
}

core::result<std::unique_ptr<list_source::unpacking>> workbook_bytes(
    workbook_parts parts, const list_source_options& wanted) {
    if (!parts.has(ods_content)) return xlsx_bytes(std::move(parts), wanted);
    encryption_search encrypted;
    if (const auto read = parts.read(ods_manifest, encrypted); !read) return read.error();
    if (encrypted.found()) return parts.failed("it has a password: save it without one, or as CSV");
    return ods_bytes(std::move(parts), wanted);
}

}  // namespace tidings::store

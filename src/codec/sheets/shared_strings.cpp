#include "codec/sheets/shared_strings.hpp"

#include "codec/sheets/cell_values.hpp"

namespace tidings::codec {

void shared_strings::on_begin(std::string_view name, const xml_attributes&) {
    if (name == "si") {
        in_entry_ = true;
        raw_.clear();
    } else if (name == "rPh") {
        ++phonetic_;
    } else if (name == "t") {
        in_text_ = in_entry_ && phonetic_ == 0;
    }
}

void shared_strings::on_end(std::string_view name) {
    if (name == "t") {
        in_text_ = false;
    } else if (name == "rPh") {
        if (phonetic_ != 0) --phonetic_;
    } else if (name == "si" && in_entry_ && !overrun_) {
        in_entry_ = false;
        append_unescaped(bytes_, raw_);
        overrun_ = bytes_.size() > bytes_max || ends_.size() == texts_max;
        if (!overrun_) ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    }
}

void shared_strings::on_text(std::string_view text) {
    if (in_text_ && !overrun_ && raw_.size() <= bytes_max) raw_ += text;
}

}  // namespace tidings::codec

#include "settings/mistakes.hpp"

namespace tidings::settings {

void mistake_list::add(std::string_view where, std::string_view what) {
    if (lines_.size() < shown_max)
        lines_.push_back(std::string(where) + ": " + std::string(what));
    else
        ++left_out_;
}

core::failure mistake_list::as_failure() const {
    core::failure all{core::trouble::configuration, {}};
    for (const auto& line : lines_)
        all.text += (all.text.empty() ? "" : "\n") + line;
    if (left_out_ > 0) all.text += "\nand " + std::to_string(left_out_) + " more mistakes";
    return all;
}

}  // namespace tidings::settings

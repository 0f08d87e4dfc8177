#include "codec/sheets/xlsx_parts.hpp"

#include "codec/sheets/cell_values.hpp"

#include <algorithm>

namespace tidings::codec {

std::string part_name(std::string_view target, std::string_view base) {
    std::string whole;
    const bool absolute = !target.empty() && (target[0] == '/' || target[0] == '\\');
    if (!absolute && !base.empty()) whole.append(base) += '/';
    whole += target;
    std::vector<std::string> steps;
    std::string step;
    for (std::size_t i = 0; i <= whole.size(); ++i) {
        const char c = i == whole.size() || whole[i] == '\\' ? '/' : whole[i];
        if (c != '/') {
            step += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            continue;
        }
        if (step == "..") {
            if (!steps.empty()) steps.pop_back();
        } else if (!step.empty() && step != ".") {
            steps.push_back(step);
        }
        step.clear();
    }
    std::string name;
    for (const auto& one : steps)
        name += (name.empty() ? "" : "/") + one;
    return name;
}

void relation_list::on_begin(std::string_view name, const xml_attributes& with) {
    if (name != "Relationship" || all_.size() == relations_max) return;
    if (with.get("TargetMode") == "External") return;
    auto type = with.get("Type");
    type.remove_prefix(std::min(type.rfind('/') + 1, type.size()));
    all_.push_back(
        {std::string(with.get("Id")), std::string(type), std::string(with.get("Target"))});
}

const part_relation* relation_list::by_id(std::string_view id) const noexcept {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.id == id; });
    return found == all_.end() ? nullptr : &*found;
}

const part_relation* relation_list::by_type(std::string_view type) const noexcept {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.type == type; });
    return found == all_.end() ? nullptr : &*found;
}

void sheet_list::on_begin(std::string_view name, const xml_attributes& with) {
    if (name != "sheet") return;
    overrun_ = overrun_ || all_.size() == sheets_max;
    if (overrun_) return;
    const auto state = with.get("state");
    all_.push_back({std::string(with.get("name")), std::string(with.get("id")),
                    state == "hidden" || state == "veryHidden"});
}

void date_styles::on_begin(std::string_view name, const xml_attributes& with) {
    if (name == "numFmt") {
        const bool room = date_formats_.size() < styles_max;
        if (room && is_date_format(with.get("formatCode")))
            date_formats_.push_back(with.count("numFmtId", 0));
    } else if (name == "cellXfs") {
        std::sort(date_formats_.begin(), date_formats_.end());
        in_cell_formats_ = true;
    } else if (name == "xf" && in_cell_formats_ && dates_.size() < styles_max) {
        const auto format = with.count("numFmtId", 0);
        dates_.push_back(is_date_format(format) ||
                         std::binary_search(date_formats_.begin(), date_formats_.end(), format));
    }
}

void date_styles::on_end(std::string_view name) {
    if (name == "cellXfs") in_cell_formats_ = false;
}

}  // namespace tidings::codec

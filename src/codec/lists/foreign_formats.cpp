#include "codec/lists/foreign_formats.hpp"

#include "codec/lists/list_format.hpp"

#include <algorithm>
#include <array>

namespace tidings::codec {
namespace {

using namespace std::string_view_literals;

constexpr std::array formats = {
    foreign_format{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, 0,
                   "this is an old Excel workbook (xls): save it as xlsx or CSV"},
    foreign_format{"BEGIN:VCARD"sv, 0, "these are contacts (vCard): export them as CSV"},
    foreign_format{"BEGIN:VCALENDAR"sv, 0, "this is a calendar (iCalendar), not a list"},
    foreign_format{"<!DOCTYPE html"sv, 0,
                   "this is a web page (HTML), whatever its name says: open it in a spreadsheet "
                   "and save it as xlsx or CSV"},
    foreign_format{"<html"sv, 0,
                   "this is a web page (HTML), whatever its name says: open it in a spreadsheet "
                   "and save it as xlsx or CSV"},
    foreign_format{"<table"sv, 0,
                   "this is a web page (HTML), whatever its name says: open it in a spreadsheet "
                   "and save it as xlsx or CSV"},
    foreign_format{"<?xml"sv, 0, "this is XML: save it as CSV, or as xlsx from a spreadsheet"},
    foreign_format{"%PDF-"sv, 0, "this is a PDF: get the list as CSV or xlsx"},
    foreign_format{"{\\rtf"sv, 0, "this is a text document (RTF): save it as plain text or CSV"},
    foreign_format{"PAR1"sv, 0, "this is a Parquet file: export it as CSV"},
    foreign_format{"Obj\x01"sv, 0, "this is an Avro file: export it as CSV or NDJSON"},
    foreign_format{"ARROW1"sv, 0, "this is an Arrow file: export it as CSV"},
    foreign_format{"SQLite format 3\0"sv, 0,
                   "this is an SQLite database: export the table as CSV (sqlite3 -csv -header)"},
    foreign_format{"PGDMP"sv, 0, "this is a PostgreSQL dump: export the table by COPY ... CSV"},
    foreign_format{"7z\xBC\xAF\x27\x1C"sv, 0, "this is a 7z archive: unpack it"},
    foreign_format{"Rar!\x1A\x07"sv, 0, "this is a RAR archive: unpack it"},
    foreign_format{"ustar"sv, 257, "this is a tar archive: unpack it"},
    foreign_format{"\x1F\x8B"sv, 0, "it is packed twice: unpack it once"},
    foreign_format{"\x28\xB5\x2F\xFD"sv, 0, "it is packed twice: unpack it once"},
    foreign_format{"\xFD"
                   "7zXZ\0"sv,
                   0, "it is packed twice: unpack it once"},
    foreign_format{"PK\x03\x04"sv, 0, "there is a workbook or an archive in it: unpack it"},
    foreign_format{"\xFF\xFE\0\0"sv, 0, "the list is UTF-32: save it as UTF-8"},
    foreign_format{"\0\0\xFE\xFF"sv, 0, "the list is UTF-32: save it as UTF-8"},
};

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view text, std::string_view wanted) noexcept {
    return text.size() >= wanted.size() &&
           std::equal(wanted.begin(), wanted.end(), text.begin(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::span<const foreign_format> foreign_formats() noexcept {
    return formats;
}

std::string_view words_for_foreign(std::string_view head) noexcept {
    auto text = head;
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    for (const auto& one : formats) {
        const bool at_its_place =
            head.size() > one.at && begins_with(head.substr(one.at), one.begins);
        if (at_its_place || (one.at == 0 && begins_with(text, one.begins))) return one.words;
    }
    return {};
}

}  // namespace tidings::codec

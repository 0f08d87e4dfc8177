#include "codec/numbers/subdivisions.hpp"

#include <algorithm>
#include <array>

namespace tidings::codec {

namespace {

// clang-format off
constexpr std::array rows = std::to_array<subdivision>({
    {"US-AL", "Alabama", "350-369", "205 251 256 334 659 938"},
    {"US-AK", "Alaska", "995-999", "907"},
    {"US-AZ", "Arizona", "850-865", "480 520 602 623 928"},
    {"US-AR", "Arkansas", "716-729", "327 479 501 870"},
    {"US-CA", "California", "900-961",
     "209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 "
     "669 707 714 747 760 805 818 820 831 837 840 858 909 916 925 949 951"},
    {"US-CO", "Colorado", "800-816", "303 719 720 970 983"},
    {"US-CT", "Connecticut", "060-069", "203 475 860 959"},
    {"US-DE", "Delaware", "197-199", "302"},
    {"US-DC", "District of Columbia", "200 202-205 569", "202 771"},
    {"US-FL", "Florida", "320-339 341-342 344 346-347 349",
     "239 305 321 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954"},
    {"US-GA", "Georgia", "300-319 398-399", "229 404 470 478 678 706 762 770 912 943"},
    {"US-HI", "Hawaii", "967-968", "808"},
    {"US-ID", "Idaho", "832-838", "208 986"},
    {"US-IL", "Illinois", "600-629",
     "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872"},
    {"US-IN", "Indiana", "460-479", "219 260 317 463 574 765 812 930"},
    {"US-IA", "Iowa", "500-528", "319 515 563 641 712"},
    {"US-KS", "Kansas", "660-679", "316 620 785 913"},
    {"US-KY", "Kentucky", "400-427", "270 364 502 606 859"},
    {"US-LA", "Louisiana", "700-714", "225 318 337 504 985"},
    {"US-ME", "Maine", "039-049", "207"},
    {"US-MD", "Maryland", "206-219", "227 240 301 410 443 667"},
    {"US-MA", "Massachusetts", "010-027 055", "339 351 413 508 617 774 781 857 978"},
    {"US-MI", "Michigan", "480-499", "231 248 269 313 517 586 616 734 810 906 947 989"},
    {"US-MN", "Minnesota", "550-567", "218 320 507 612 651 763 952"},
    {"US-MS", "Mississippi", "386-397", "228 601 662 769"},
    {"US-MO", "Missouri", "630-658", "314 417 557 573 636 660 816 975"},
    {"US-MT", "Montana", "590-599", "406"},
    {"US-NE", "Nebraska", "680-693", "308 402 531"},
    {"US-NV", "Nevada", "889-898", "702 725 775"},
    {"US-NH", "New Hampshire", "030-038", "603"},
    {"US-NJ", "New Jersey", "070-089", "201 551 609 640 732 848 856 862 908 973"},
    {"US-NM", "New Mexico", "870-884", "505 575"},
    {"US-NY", "New York", "005 100-149",
     "212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934"},
    {"US-NC", "North Carolina", "270-289", "252 336 472 704 743 828 910 919 980 984"},
    {"US-ND", "North Dakota", "580-588", "701"},
    {"US-OH", "Ohio", "430-459", "216 220 234 283 326 330 380 419 440 513 567 614 740 937"},
    {"US-OK", "Oklahoma", "730-732 734-749", "405 539 572 580 918"},
    {"US-OR", "Oregon", "970-979", "458 503 541 971"},
    {"US-PA", "Pennsylvania", "150-196",
     "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878"},
    {"US-RI", "Rhode Island", "028-029", "401"},
    {"US-SC", "South Carolina", "290-299", "803 821 839 843 854 864"},
    {"US-SD", "South Dakota", "570-577", "605"},
    {"US-TN", "Tennessee", "370-385", "423 615 629 731 865 901 931"},
    {"US-TX", "Texas", "733 750-799 885",
     "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 "
     "936 940 945 956 972 979"},
    {"US-UT", "Utah", "840-847", "385 435 801"},
    {"US-VT", "Vermont", "050-054 056-059", "802"},
    {"US-VA", "Virginia", "201 220-246", "276 434 540 571 686 703 757 804 826 948"},
    {"US-WA", "Washington", "980-994", "206 253 360 425 509 564"},
    {"US-WV", "West Virginia", "247-268", "304 681"},
    {"US-WI", "Wisconsin", "530-549", "262 274 414 534 608 715 920"},
    {"US-WY", "Wyoming", "820-831", "307"},
    {"CA-AB", "Alberta", "T", "368 403 587 780 825"},
    {"CA-BC", "British Columbia", "V", "236 250 257 604 672 778"},
    {"CA-MB", "Manitoba", "R", "204 431 584"},
    {"CA-NB", "New Brunswick", "E", "428 506"},
    {"CA-NL", "Newfoundland and Labrador", "A", "709 879"},
    {"CA-NS", "Nova Scotia", "B", "782 902"},
    {"CA-NT", "Northwest Territories", "X", "867"},
    {"CA-NU", "Nunavut", "X0A X0B X0C", "867"},
    {"CA-ON", "Ontario", "K L M N P",
     "226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 807 905 942"},
    {"CA-PE", "Prince Edward Island", "C", "782 902"},
    {"CA-QC", "Quebec", "G H J", "263 354 367 418 438 450 468 514 579 581 819 873"},
    {"CA-SK", "Saskatchewan", "S", "306 474 639"},
    {"CA-YT", "Yukon", "Y", "867"},    {"AS", "American Samoa", "", "684"},
    {"GU", "Guam", "969", "671"},
    {"MP", "Northern Mariana Islands", "", "670"},
    {"PR", "Puerto Rico", "006-007 009", "787 939"},
    {"VI", "Virgin Islands", "008", "340"},
});
// clang-format on

// Calls `see` with each blank-separated word until it says that that was enough.
template <class See>
bool any_word(std::string_view text, See see) {
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (see(text.substr(0, end))) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return c >= 'A' && c <= 'Z';
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Capitals, and nothing but letters and digits: "Washington, D.C." and "US-TX" are words, too.
std::string plainly(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (is_letter(upper) || is_digit(upper)) made += upper;
    }
    return made;
}

// How much of `code` a word of `postal` explains: "750-799" three digits, "X0A" three signs.
std::size_t explained(std::string_view code, std::string_view postal) {
    std::size_t most = 0;
    any_word(postal, [&](std::string_view word) {
        const auto low = word.substr(0, word.find('-'));
        const auto high = low.size() < word.size() ? word.substr(low.size() + 1) : low;
        const auto head = code.substr(0, low.size());
        if (head.size() == low.size() && low <= head && head <= high)
            most = std::max(most, low.size());
        return false;
    });
    return most;
}

std::optional<std::string> by_postal_code(std::string_view code) {
    const subdivision* best = nullptr;
    std::size_t most = 0;
    for (const auto& row : rows)
        if (const auto much = explained(code, row.postal); much > most) {
            most = much;
            best = &row;
        }
    if (best == nullptr) return std::nullopt;
    return std::string(best->code);
}

// Five digits, of which a workbook may have dropped the zeros in front; nine with a dash or
// without.
std::optional<std::string> zip_in(std::string_view text) {
    const auto dash = text.find('-');
    auto zip = text.substr(0, dash);
    if (dash != text.npos && (text.size() - dash != 5 || !all_digits(text.substr(dash + 1))))
        return std::nullopt;
    if (dash == text.npos && zip.size() == 9) zip = zip.substr(0, 5);
    if (!all_digits(zip) || zip.size() < 3 || zip.size() > 5) return std::nullopt;
    return std::string(5 - zip.size(), '0').append(zip);
}

bool is_canadian(std::string_view code) {
    if (code.size() != 3 && code.size() != 6) return false;
    for (std::size_t i = 0; i < code.size(); ++i)
        if (i % 2 == 0 ? !is_letter(code[i]) : !is_digit(code[i])) return false;
    return true;
}

// What plainly() makes of them.
std::optional<std::string> named(const std::string& word) {
    if (word == "WASHINGTONDC") return "US-DC";
    if (word == "QUBEC") return "CA-QC";  // its accent is no letter
    for (const auto& row : rows)
        if (word == plainly(row.code) || word == plainly(row.name) ||
            (row.code.size() > 2 && word == row.code.substr(3)))
            return std::string(row.code);
    return std::nullopt;
}

bool is_of_plan(std::string_view country) {
    return country == "US" || country == "CA" ||
           std::any_of(rows.begin(), rows.end(),
                       [&](const subdivision& row) { return row.code == country; });
}

}  // namespace

std::span<const subdivision> subdivisions() noexcept {
    return rows;
}

std::vector<std::string> subdivisions_of_area(std::string_view area_code) {
    std::vector<std::string> found;
    for (const auto& row : rows)
        if (any_word(row.area_codes, [&](std::string_view word) { return word == area_code; }))
            found.emplace_back(row.code);
    return found;
}

std::optional<std::string> region_in(std::string_view text, std::string_view of_country) {
    constexpr std::size_t country_size = 2;
    constexpr std::size_t code_max = 3;
    const auto word = plainly(text);
    // A whole code says its country itself.
    const bool whole = word.size() > country_size && text.size() > country_size &&
                       text[country_size] == '-' && is_letter(word[0]) && is_letter(word[1]);
    if (whole) {
        auto code = word.substr(0, country_size) + "-" + word.substr(country_size);
        const bool known = !is_of_plan(code.substr(0, country_size)) || named(word);
        if (known && word.size() <= country_size + code_max) return code;
        return std::nullopt;
    }
    if (!is_of_plan(of_country)) {
        const bool short_code = !word.empty() && word.size() <= code_max;
        if (!short_code || of_country.size() != country_size) return std::nullopt;
        return word == of_country ? word : std::string(of_country) + "-" + word;
    }
    if (auto found = named(word)) return found;
    if (word == "US" || word == "USA") return "US";
    if (const auto zip = zip_in(text)) return by_postal_code(*zip);
    if (is_canadian(word)) return by_postal_code(word);
    return std::nullopt;
}

}  // namespace tidings::codec

#include "runner/dialing_zones.hpp"

#include "codec/numbers/subdivisions.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

namespace tidings::runner {

namespace {

struct assignment {
    std::string_view prefixes;
    std::string_view to;
};

// Calling codes (ITU-T E.164) to ISO 3166 countries; where several share one, all of them. +383 is
// listed under RS and +247 under SH, whose zones they share. +1 is the area codes' business below.
// clang-format off
constexpr assignment calling_codes[] = {
    {"20", "EG"}, {"211", "SS"}, {"212", "MA EH"}, {"213", "DZ"}, {"216", "TN"}, {"218", "LY"},
    {"220", "GM"}, {"221", "SN"}, {"222", "MR"}, {"223", "ML"}, {"224", "GN"}, {"225", "CI"},
    {"226", "BF"}, {"227", "NE"}, {"228", "TG"}, {"229", "BJ"}, {"230", "MU"}, {"231", "LR"},
    {"232", "SL"}, {"233", "GH"}, {"234", "NG"}, {"235", "TD"}, {"236", "CF"}, {"237", "CM"},
    {"238", "CV"}, {"239", "ST"}, {"240", "GQ"}, {"241", "GA"}, {"242", "CG"}, {"243", "CD"},
    {"244", "AO"}, {"245", "GW"}, {"246", "IO"}, {"247", "SH"}, {"248", "SC"}, {"249", "SD"},
    {"250", "RW"}, {"251", "ET"}, {"252", "SO"}, {"253", "DJ"}, {"254", "KE"}, {"255", "TZ"},
    {"256", "UG"}, {"257", "BI"}, {"258", "MZ"}, {"260", "ZM"}, {"261", "MG"}, {"262", "RE YT"},
    {"263", "ZW"}, {"264", "NA"}, {"265", "MW"}, {"266", "LS"}, {"267", "BW"}, {"268", "SZ"},
    {"269", "KM"}, {"27", "ZA"}, {"290", "SH"}, {"291", "ER"}, {"297", "AW"}, {"298", "FO"},
    {"299", "GL"}, {"30", "GR"}, {"31", "NL"}, {"32", "BE"}, {"33", "FR"}, {"34", "ES"},
    {"350", "GI"}, {"351", "PT"}, {"352", "LU"}, {"353", "IE"}, {"354", "IS"}, {"355", "AL"},
    {"356", "MT"}, {"357", "CY"}, {"358", "FI AX"}, {"359", "BG"}, {"36", "HU"}, {"370", "LT"},
    {"371", "LV"}, {"372", "EE"}, {"373", "MD"}, {"374", "AM"}, {"375", "BY"}, {"376", "AD"},
    {"377", "MC"}, {"378", "SM"}, {"380", "UA"}, {"381", "RS"}, {"382", "ME"}, {"383", "RS"},
    {"385", "HR"}, {"386", "SI"}, {"387", "BA"}, {"389", "MK"}, {"39", "IT VA"}, {"40", "RO"},
    {"41", "CH"}, {"420", "CZ"}, {"421", "SK"}, {"423", "LI"}, {"43", "AT"},
    {"44", "GB GG JE IM"}, {"45", "DK"}, {"46", "SE"}, {"47", "NO SJ"}, {"48", "PL"},
    {"49", "DE"}, {"500", "FK GS"}, {"501", "BZ"}, {"502", "GT"}, {"503", "SV"}, {"504", "HN"},
    {"505", "NI"}, {"506", "CR"}, {"507", "PA"}, {"508", "PM"}, {"509", "HT"}, {"51", "PE"},
    {"52", "MX"}, {"53", "CU"}, {"54", "AR"}, {"55", "BR"}, {"56", "CL"}, {"57", "CO"},
    {"58", "VE"}, {"590", "GP BL MF"}, {"591", "BO"}, {"592", "GY"}, {"593", "EC"}, {"594", "GF"},
    {"595", "PY"}, {"596", "MQ"}, {"597", "SR"}, {"598", "UY"}, {"599", "CW BQ"}, {"60", "MY"},
    {"61", "AU CX CC"}, {"62", "ID"}, {"63", "PH"}, {"64", "NZ"}, {"65", "SG"}, {"66", "TH"},
    {"670", "TL"}, {"672", "NF"}, {"673", "BN"}, {"674", "NR"}, {"675", "PG"}, {"676", "TO"},
    {"677", "SB"}, {"678", "VU"}, {"679", "FJ"}, {"680", "PW"}, {"681", "WF"}, {"682", "CK"},
    {"683", "NU"}, {"685", "WS"}, {"686", "KI"}, {"687", "NC"}, {"688", "TV"}, {"689", "PF"},
    {"690", "TK"}, {"691", "FM"}, {"692", "MH"}, {"7", "RU KZ"}, {"73", "RU"}, {"74", "RU"},
    {"76", "KZ"}, {"77", "KZ"}, {"78", "RU"}, {"79", "RU"}, {"81", "JP"}, {"82", "KR"},
    {"84", "VN"}, {"850", "KP"}, {"852", "HK"}, {"853", "MO"}, {"855", "KH"}, {"856", "LA"},
    {"86", "CN"}, {"880", "BD"}, {"886", "TW"}, {"90", "TR CY"}, {"91", "IN"}, {"92", "PK"},
    {"93", "AF"}, {"94", "LK"}, {"95", "MM"}, {"960", "MV"}, {"961", "LB"}, {"962", "JO"},
    {"963", "SY"}, {"964", "IQ"}, {"965", "KW"}, {"966", "SA"}, {"967", "YE"}, {"968", "OM"},
    {"970", "PS"}, {"971", "AE"}, {"972", "IL PS"}, {"973", "BH"}, {"974", "QA"}, {"975", "BT"},
    {"976", "MN"}, {"977", "NP"}, {"98", "IR"}, {"992", "TJ"}, {"993", "TM"}, {"994", "AZ"},
    {"995", "GE"}, {"996", "KG"}, {"998", "UZ"},
    // Of +1: what is not known below may be anywhere in the two large countries.
    {"1", "US CA"}, {"1242", "BS"}, {"1246", "BB"}, {"1264", "AI"}, {"1268", "AG"},
    {"1284", "VG"}, {"1340", "VI"}, {"1345", "KY"}, {"1441", "BM"}, {"1473", "GD"},
    {"1649", "TC"}, {"1658", "JM"}, {"1664", "MS"}, {"1670", "MP"}, {"1671", "GU"},
    {"1684", "AS"}, {"1721", "SX"}, {"1758", "LC"}, {"1767", "DM"}, {"1784", "VC"},
    {"1787", "PR"}, {"1809", "DO"}, {"1829", "DO"}, {"1849", "DO"}, {"1868", "TT"},
    {"1869", "KN"}, {"1876", "JM"}, {"1939", "PR"},
};
// clang-format on

// Area codes of the United States and Canada to zones; both where a boundary runs through one.
// Codes that are newer than this table, or without a place (toll-free), fall back to "1".
constexpr assignment area_codes[] = {
    {"203 475 860 959 302 202 771 229 404 470 478 678 706 762 770 912 943 239 305 321 352 386 407 "
     "561 645 656 727 728 754 772 786 813 863 904 941 954 260 317 463 765 502 859 339 351 413 "
     "508 617 774 781 857 978 227 240 301 410 443 667 207 231 248 269 313 517 586 616 734 810 947 "
     "989 252 336 472 704 743 828 910 919 980 984 603 201 551 609 640 732 848 856 862 908 973 212 "
     "315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934 216 220 234 "
     "283 326 330 380 419 440 513 567 614 740 937 215 223 267 272 412 445 484 570 582 610 717 724 "
     "814 835 878 401 803 821 839 843 854 864 865 276 434 540 571 686 703 757 804 826 948 802 304 "
     "681",
     "America/New_York"},
    {"205 251 256 334 659 938 327 479 501 870 319 515 563 641 712 217 224 309 312 331 447 464 618 "
     "630 708 730 773 779 815 847 861 872 316 913 225 318 337 504 985 218 320 507 612 651 763 952 "
     "314 417 557 573 636 660 816 975 228 601 662 769 405 539 572 918 615 629 731 901 210 214 254 "
     "281 325 346 361 409 430 469 512 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979 "
     "262 274 414 534 608 715 920",
     "America/Chicago"},
    {"303 719 720 970 983 406 505 575 385 435 801 307 915", "America/Denver"},
    {"623", "America/Phoenix"},
    {"480 520 602 928", "America/Phoenix America/Denver"},
    {"209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 "
     "707 714 747 760 805 818 820 831 837 840 858 909 916 925 949 951 702 725 503 971 206 253 360 "
     "425 509 564",
     "America/Los_Angeles"},
    {"907", "America/Anchorage America/Adak Pacific/Honolulu"},
    {"808", "Pacific/Honolulu"},
    {"448 689 850 219 574 812 930 270 364 606 906 423 931", "America/New_York America/Chicago"},
    {"308 402 432 531 580 605 620 701 785", "America/Chicago America/Denver"},
    {"208 986 458 541 775", "America/Denver America/Los_Angeles"},
    {"709 879", "America/St_Johns America/Halifax"},
    {"782 902 428 506", "America/Halifax"},
    {"367 418 581", "America/Toronto America/Halifax"},
    {"263 354 438 450 468 514 579 819 873 226 249 289 343 365 382 416 519 548 613 647 683 705 "
     "742 753 905 942",
     "America/Toronto"},
    {"437 807", "America/Toronto America/Winnipeg"},
    {"204 431 584", "America/Winnipeg"},
    {"306 474 639", "America/Regina America/Edmonton America/Winnipeg"},
    {"368 403 587 780 825", "America/Edmonton"},
    {"604", "America/Vancouver"},
    {"236 250 257 672 778", "America/Vancouver America/Edmonton America/Fort_Nelson"},
    {"867",
     "America/Whitehorse America/Edmonton America/Rankin_Inlet America/Iqaluit America/Vancouver "
     "America/Winnipeg"},
};

// What the system says of zones and countries.
struct zone_table {
    std::map<std::string, std::vector<std::string>, std::less<>> zones;  // by country
    std::map<std::string, std::string, std::less<>> country;             // by zone
};

// Lines of "CC<tab>coordinates<tab>Zone/Name[<tab>comment]"; # begins a comment.
zone_table read_zone_tab(std::istream& in) {
    zone_table found;
    std::string line;
    while (std::getline(in, line)) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream fields(line);
        std::string country;
        std::string coordinates;
        std::string zone;
        if (!(fields >> country >> coordinates >> zone)) continue;
        found.zones[country].push_back(zone);
        found.country[zone] = country;
    }
    return found;
}

// The blank-separated words of a constant.
std::vector<std::string> words(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> found;
    for (std::string word; in >> word;)
        found.push_back(word);
    return found;
}

void add(std::vector<dialing_zone>& out, dialing_zone made) {
    if (made.zones.empty()) return;
    std::sort(made.zones.begin(), made.zones.end());
    if (made.regions.empty()) made.regions = made.countries;
    out.push_back(std::move(made));
}

dialing_zone of_countries(const assignment& code, const zone_table& known) {
    dialing_zone made{.prefix = std::string(code.prefixes), .zones = {}, .countries = {}};
    for (auto& country : words(code.to)) {
        const auto its = known.zones.find(country);
        if (its != known.zones.end())
            made.zones.insert(made.zones.end(), its->second.begin(), its->second.end());
        made.countries.push_back(std::move(country));
    }
    return made;
}

std::vector<std::string> countries_of(const std::vector<std::string>& zones,
                                      const zone_table& known) {
    std::vector<std::string> found;
    for (const auto& zone : zones) {
        const auto its = known.country.find(zone);
        if (its != known.country.end() &&
            std::find(found.begin(), found.end(), its->second) == found.end())
            found.push_back(its->second);
    }
    return found;
}

}  // namespace

core::result<std::vector<dialing_zone>> dialing_zones(const std::filesystem::path& zone_tab) {
    std::ifstream in(zone_tab);
    const zone_table known = read_zone_tab(in);
    if (known.zones.empty())
        return core::failure{core::trouble::configuration,
                             "cannot read the zones of countries from " + zone_tab.string() +
                                 ": install the package tzdata, or set schedule.time_zone"};
    std::vector<dialing_zone> out;
    for (const auto& code : calling_codes)
        add(out, of_countries(code, known));
    for (const auto& [codes, places] : area_codes) {
        const auto zones = words(places);
        for (const auto& code : words(codes))
            add(out, {.prefix = "1" + code,
                      .zones = zones,
                      .countries = countries_of(zones, known),
                      .regions = codec::subdivisions_of_area(code)});
    }
    return out;
}

std::vector<const dialing_zone*> by_leading(const std::vector<dialing_zone>& table) {
    std::vector<const dialing_zone*> found(core::phone_number::leading_end, nullptr);
    for (const auto& one : table) {
        std::size_t first = 0;
        std::size_t count = core::phone_number::leading_end;
        for (const char digit : one.prefix) {
            count /= 10;
            first += static_cast<std::size_t>(digit - '0') * count;
        }
        for (std::size_t i = first; i < first + count; ++i)
            if (found[i] == nullptr || found[i]->prefix.size() <= one.prefix.size())
                found[i] = &one;
    }
    return found;
}

std::vector<std::string> zones_of_region(const std::vector<dialing_zone>& table,
                                         std::string_view region) {
    std::vector<std::string> zones;
    const auto add_all = [&](std::string_view place) {
        for (const auto& one : table)
            if (std::find(one.regions.begin(), one.regions.end(), place) != one.regions.end())
                zones.insert(zones.end(), one.zones.begin(), one.zones.end());
    };
    add_all(region);
    // A country's own numbers, or one whose numbers say nothing of the place within it.
    if (zones.empty()) add_all(region.substr(0, region.find('-')));
    std::sort(zones.begin(), zones.end());
    zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
    return zones;
}

core::result<core::capped_countries> prefixes_of(std::vector<core::country_cap> caps,
                                                 const std::vector<dialing_zone>& table) {
    core::capped_countries made{.caps = std::move(caps), .by_leading = {}};
    if (made.caps.empty()) return made;
    made.by_leading.resize(core::phone_number::leading_end);
    const auto known = by_leading(table);
    for (std::size_t i = 0; i < made.caps.size(); ++i) {
        const auto& country = made.caps[i].country;
        bool some = false;
        for (std::size_t leading = 0; leading < known.size(); ++leading) {
            if (known[leading] == nullptr || known[leading]->countries.front() != country) continue;
            made.by_leading[leading] = static_cast<std::uint8_t>(i + 1);
            some = true;
        }
        if (!some)
            return core::failure{core::trouble::configuration,
                                 "[recipients] caps: numbers of " + country +
                                     " cannot be told from its neighbours' by their first digits: "
                                     "name the country that has most of them"};
    }
    return made;
}

}  // namespace tidings::runner

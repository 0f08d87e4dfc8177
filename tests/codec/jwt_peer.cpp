#include "codec/jwt_peer.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <unistd.h>

namespace tidings::tests {
namespace {

std::string quoted(const std::string& text) {
    std::string made = "\"";
    for (const char c : text) {
        if (c == '\n') {
            made += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made + '"';
}

}  // namespace

peer_answer ask_jwt_peer(const std::map<std::string, std::string>& command, bool expiry) {
    const auto file = std::filesystem::path(testing::TempDir()) /
                      ("jwt_peer_" + std::to_string(::getpid()) + ".json");
    std::string json = std::string("{\"expiry\":") + (expiry ? "true" : "false");
    for (const auto& [name, value] : command)
        json += "," + quoted(name) + ":" + quoted(value);
    std::ofstream(file) << json << "}";

    const std::string run = "/usr/bin/python3 '" TIDINGS_SOURCE_DIR
                            "/tests/codec/jwt_peer.py' < '" +
                            file.string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(run.c_str(), "r"), ::pclose);
    std::string answer;
    std::array<char, 4096> piece{};
    while (pipe && std::fgets(piece.data(), piece.size(), pipe.get()))
        answer += piece.data();
    std::filesystem::remove(file);

    simdjson::dom::parser parser;
    simdjson::dom::object fields;
    if (parser.parse(answer).get(fields) != simdjson::SUCCESS)
        throw std::runtime_error("the peer said: " + answer);
    peer_answer made;
    for (const auto field : fields)
        made[std::string(field.key)] = std::string(std::string_view(field.value));
    return made;
}

}  // namespace tidings::tests

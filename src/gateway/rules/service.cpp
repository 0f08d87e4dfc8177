#include "gateway/rules/service.hpp"

#include <chrono>

namespace tidings::gateway {

namespace {

constexpr auto sample_bot = "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440";
constexpr auto sample_client_id = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5";
// The token printed on the vendor's page, bytes as they stand there.
constexpr auto sample_token =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwiYXBwSWQiOiJjcy1kYzZlY2RmZC1jYmE3LTUwNTUtYTk4My1mZmZhMTE1NWEzZjUi"
    "fQ.03LljsV8Not1NMbo-3Y-pJvNWjB6J8dTciPGPx-8h4Q";
constexpr std::uint64_t sample_number = 16693422058;

}  // namespace

service_options sample_service() {
    using namespace std::chrono_literals;
    service_options made;
    made.accounts.push_back({"main", {}});

    app_options app;
    app.client_id = sample_client_id;
    app.client_secret = "tidings-rehearsal-secret";
    app.bots = {sample_bot};
    app.accept_tokens = {sample_token};
    made.apps.push_back(std::move(app));

    bot_options bot;
    bot.id = sample_bot;
    bot.limits = {{600, 60s}, {18'000, 3600s}};
    number_options number;
    number.number = core::phone_number::from_digits(sample_number);
    bot.numbers.push_back(std::move(number));
    made.bots.push_back(std::move(bot));
    return made;
}

}  // namespace tidings::gateway

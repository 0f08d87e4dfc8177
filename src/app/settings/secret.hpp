// Fetches a secret from where the campaign says it lies. The one place where a secret enters the
// program; it never appears in a failure's text.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"

#include <string>
#include <string_view>

namespace tidings::app {

struct fetched_secret {
    std::string bytes;  // the caller's to move into a codec::secret, or to wipe
    std::string note;   // what a person should know about where it came from; or empty
};

// The secret's bytes, one final line end taken off, wherever they come from (where that is not
// usual, the note says so). Failures (kind configuration or missing): the variable, the credential
// or the file is not there or empty; it is longer than codec::secret::size_max, holds a NUL, or is
// unfit (below); the command fails. `what` names the key in the text: "[[bot]] client_secret".
core::result<fetched_secret> read_secret(const secret_place& place, std::string_view what,
                                         const environment& variables);

// What is wrong with a file as a secret's place; "" when nothing is. It is an ordinary file,
// reached by no link, that belongs to this user or root and that nobody else may read (mode & 077;
// the fix is `chmod 600`). What a container or systemd mounts (read-only, root's) is taken with its
// links and with bits to read, for it cannot be changed from within.
struct secret_file_facts {
    bool ordinary = false, own = false, roots = false, link = false, mount_read_only = false;
    unsigned mode = 0;  // the permission bits
};
std::string unfit_for_a_secret(const secret_file_facts& file);

// Whether the bytes can sign with HS256 or HS512: one line, and at least 8 bytes.
core::result<void> check_shared_secret(std::string_view bytes, std::string_view what);
// Shorter ones than these can be guessed from a single token; for HS512 it is twice as much.
inline constexpr std::size_t shared_secret_bytes_usual = 32;

}  // namespace tidings::app

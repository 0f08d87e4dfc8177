// Memory of secrets that does not go to the swap. This room does not ask the system: who may do so
// hands the call in.
#pragma once

#include <cstddef>

namespace tidings::codec {

// mlock: keeps pages in memory for as long as the process lives. Where it may not, a secret is kept
// all the same.
using memory_lock = int (*)(const void* bytes, std::size_t size);
// Before the first codec::secret.
void lock_secrets_with(memory_lock lock) noexcept;

}  // namespace tidings::codec

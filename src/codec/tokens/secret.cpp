#include "codec/tokens/secret.hpp"

#include "codec/tokens/secret_memory.hpp"

#include <cstring>
#include <utility>

#include <openssl/crypto.h>

namespace tidings::codec {

namespace {
memory_lock lock_memory = nullptr;
}

void lock_secrets_with(memory_lock lock) noexcept {
    lock_memory = lock;
}

void wipe_bytes(void* bytes, std::size_t size) noexcept {
    if (size > 0) OPENSSL_cleanse(bytes, size);
}

secret::secret(std::string_view bytes) : size_(bytes.size()) {
    if (bytes.empty()) return;
    bytes_ = std::make_unique<char[]>(bytes.size());
    if (lock_memory != nullptr) lock_memory(bytes_.get(), bytes.size());
    std::memcpy(bytes_.get(), bytes.data(), bytes.size());
}

secret::secret(std::string&& bytes) : secret(std::string_view(bytes)) {
    wipe_bytes(bytes.data(), bytes.size());
    bytes.clear();
}

secret::secret(secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

secret& secret::operator=(secret&& other) noexcept {
    if (this == &other) return *this;
    wipe_bytes(bytes_.get(), size_);
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
}

secret::~secret() {
    wipe_bytes(bytes_.get(), size_);
}

}  // namespace tidings::codec

// Where the sockets of one thread receive. One large buffer serves them all, because a channel
// almost always uses up what came before the next one has its turn; what it leaves, a record that
// has not come whole or a turn that was long enough, moves into a buffer of its own.
//
// It replaces OpenSSL's read-ahead, which moves everything that waits behind a record to the front
// of its buffer for each record: with the small records of HTTP/2 answers that is most of the work.
#pragma once

#include <cstddef>
#include <vector>

namespace tidings::wire {

class socket_stream;

class receive_buffer {
  public:
    // Many small records, or a few of the largest, by one system call.
    static constexpr std::size_t size = 64 * 1024;

    receive_buffer() : bytes_(size) {}
    receive_buffer(const receive_buffer&) = delete;
    receive_buffer& operator=(const receive_buffer&) = delete;

  private:
    friend class socket_stream;

    std::vector<char> bytes_;
    socket_stream* owner_ = nullptr;  // whose bytes are in it; null: nobody's
};

}  // namespace tidings::wire

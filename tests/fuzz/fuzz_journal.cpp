// Journal bytes: frames, their records, and whole segments behind a good head. Nothing here may
// crash, and what is read as records must survive being written and read again.
#include "codec/records/journal_record.hpp"
#include "store/recovery.hpp"
#include "store/segment.hpp"
#include "support/simulated_disk.hpp"

#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace {

using namespace tidings;

void records(std::span<const std::byte> input) {
    codec::frame_found found;
    found.records = input;
    core::journal_batch batch, again;
    if (!codec::read_records(found, batch)) return;
    std::vector<std::byte> bytes;
    codec::append_frame(bytes, found.head, batch, 1);
    const auto written = codec::find_frame(bytes, 1);
    if (written.state != codec::frame_state::good || !codec::read_records(written, again))
        std::abort();
    if (again.settled.size() != batch.settled.size() || again.parked != batch.parked ||
        again.released != batch.released || again.spent.size() != batch.spent.size())
        std::abort();
    for (std::size_t i = 0; i < batch.settled.size(); ++i)
        if (again.settled[i].row != batch.settled[i].row ||
            again.settled[i].what != batch.settled[i].what ||
            again.settled[i].at != batch.settled[i].at ||
            again.text_of(again.settled[i]) != batch.text_of(batch.settled[i]))
            std::abort();
}

// What a recovery says of any bytes, it says again.
void segment(std::span<const std::byte> input) {
    store::simulated_disk disk;
    disk.make_folder("run");
    disk.make_folder("run/journal");
    store::segment_head head;
    head.number = 1;
    head.journal_id = 1;
    head.first_sequence = 1;
    const auto front = store::segment_head_to_bytes(head);
    std::vector<std::byte> bytes(front.begin(), front.end());
    bytes.insert(bytes.end(), input.begin(), input.end());
    disk.put("run/journal/000001.segment", bytes);
    const auto first = store::recover(disk, "run/journal");
    const auto second = store::recover(disk, "run/journal");
    if (first.has_value() != second.has_value()) std::abort();
    // Element by element: GCC 12 takes the arrays' own comparison for a read past the end.
    for (std::size_t i = 0; first && i < core::outcome_count; ++i)
        if (first->state.counts.by_outcome[i] != second->state.counts.by_outcome[i]) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = std::as_bytes(std::span(data, size));
    (void)codec::find_frame(input, 0);
    core::journal_batch guessed;
    codec::guess_records(input, guessed);
    records(input);
    segment(input);
    store::segment_head head;
    (void)store::read_segment_head(input, head);
    return 0;
}

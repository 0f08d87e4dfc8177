#include "run/people_roll.hpp"

#include <algorithm>
#include <utility>

namespace tidings::run {

void people_roll::add_place(const std::string& folder, const codec::number_key& key) {
    const auto same = std::find_if(hashed_.begin(), hashed_.end(),
                                   [&](const hashed_people& one) { return one.key == key; });
    places_.push_back({folder, key, static_cast<std::size_t>(same - hashed_.begin())});
    if (same == hashed_.end()) hashed_.push_back({key, codec::number_hash(key), {}});
}

core::result<people_roll> people_roll::begin(store::disk& disk, const store::state_folders& folders,
                                             const codec::number_key& fresh) {
    auto known = begin_looking(disk, folders);
    if (!known) return known.error();
    const auto key = known->places_.empty() ? fresh : known->places_.front().key;
    people_roll made;
    for (const auto& folder : folders) {
        const auto had = std::find_if(known->places_.begin(), known->places_.end(),
                                      [&](const place& one) { return one.folder == folder; });
        if (had == known->places_.end())
            if (const auto done = store::write_key(disk, folder, key); !done) return done.error();
        made.add_place(folder, had == known->places_.end() ? key : had->key);
    }
    return made;
}

core::result<people_roll> people_roll::begin_looking(store::disk& disk,
                                                     const store::state_folders& folders) {
    people_roll made;
    for (const auto& folder : folders) {
        const auto key = store::read_key(disk, folder);
        if (!key) return key.error();
        if (*key) made.add_place(folder, **key);
    }
    return made;
}

core::result<void> remember_again(store::disk& disk, const store::state_folders& folders,
                                  const store::known_run& run, const std::string& file) {
    store::state_folders without;
    for (const auto& folder : folders)
        if (!store::remembers_people(disk, folder, run)) without.push_back(folder);
    if (without.empty() || !disk.exists(file)) return {};
    auto rows = store::people_file::open(disk, file);
    if (!rows) return rows.error();
    core::people_sample people;
    for (core::row_number row = 1; row <= rows->rows(); ++row) {
        const auto hash = rows->hash_of(row);
        if (!hash) return hash.error();
        if (*hash != 0) people.add(*hash);
    }
    for (const auto& folder : without) {
        const auto key = store::read_key(disk, folder);
        if (!key) return key.error();
        const auto its_own = key->value_or(rows->key());
        if (its_own != rows->key()) continue;  // its hashes are other ones
        if (!*key)
            if (auto done = store::write_key(disk, folder, rows->key()); !done) return done;
        if (auto done = store::remember_people(disk, folder, run, rows->key(), people); !done)
            return done;
    }
    return {};
}

core::result<void> people_roll::keep_rows(store::disk& disk, const std::string& path) {
    auto rows = store::people_writer::create(disk, path, hashed_.front().key);
    if (!rows) return rows.error();
    rows_.emplace(std::move(*rows));
    return {};
}

core::result<void> people_roll::add(const core::listed_batch& batch) {
    for (auto& one : hashed_)
        for (const auto& row : batch.rows)
            if (!row.person().empty()) one.people.add(one.hash(row.person()));
    if (!rows_) return {};
    for (const auto& row : batch.rows)
        if (auto done = rows_->add(row.person()); !done) return done;
    return {};
}

core::result<void> people_roll::finish() {
    return rows_ ? rows_->finish() : core::result<void>();
}

core::result<void> people_roll::add_list(runner::list_reader_options list) {
    list.screen_duplicates = false;
    auto reader = runner::list_reader::open(std::move(list));
    if (!reader) return reader.error();
    core::listed_batch batch;
    while (true) {
        const auto more = reader->read(batch);
        if (!more) return more.error();
        if (!*more) return finish();
        if (auto done = add(batch); !done) return done;
    }
}

}  // namespace tidings::run

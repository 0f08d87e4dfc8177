// A disk in memory that loses power and fails on demand. What was not synced survives a power
// failure block by block (512 bytes, the unit a device writes whole) as the test decides: kept or
// dropped; blocks of one write in part are a torn write. Entries of folders survive as a prefix of
// what was done to them. It is a value: copy it to try several endings of the same story.
#pragma once

#include "store/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tidings::store {

// Thrown by the call at which the power fails; nothing works until crash().
struct power_failure {};

class simulated_disk final : public disk {
  public:
    static constexpr std::size_t block_bytes = 512;

    // What to do at which call (1 is the next one). Calls are those of `disk` but close and exists.
    struct plan {
        std::uint64_t power_off_before = 0;
        std::uint64_t power_off_after = 0;
        std::uint64_t fail_at = 0;
        int fail_with = EIO;  // an errno; for pwrite and pread also `short_count`
    };
    static constexpr int short_count = -1;

    void set_plan(const plan& wanted) {
        plan_ = wanted;
        calls_ = 0;
    }
    std::uint64_t calls() const { return calls_; }
    bool failing() const { return plan_.fail_at != 0; }  // a call was to fail, or still is
    void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
    std::uint64_t used() const {
        std::uint64_t sum = 0;
        for (const auto& [name, node] : names_)
            sum += nodes_[node].data.size();
        return sum;
    }

    // How many yes-or-no questions a crash now leaves open.
    std::size_t open_questions() const {
        std::size_t count = pending_names_.size();
        for (const auto& node : nodes_)
            count += node.dirty.size();
        return count;
    }

    // The power is gone and back: `keep(i)` says whether the i-th unsynced thing survives.
    void crash(const std::function<bool(std::size_t)>& keep) {
        std::size_t question = 0;
        for (auto& node : nodes_) {
            for (const auto block : node.dirty)
                if (keep(question++)) node.settle_block(block);
            node.dirty.clear();
            node.data = node.durable;
        }
        auto names = durable_names_;
        bool in_prefix = true;
        for (const auto& change : pending_names_) {
            in_prefix = keep(question++) && in_prefix;
            if (in_prefix) change.apply(names);
        }
        pending_names_.clear();
        names_ = durable_names_ = names;
        handles_.clear();
        off_ = false;
        plan_ = {};
        calls_ = 0;
    }
    // As kill -9: the process is gone, the page cache stays.
    void kill_process() {
        handles_.clear();
        off_ = false;
        plan_ = {};
        calls_ = 0;
    }

    // For whoever looks on and is no part of the story: no plan is met, no call counted.
    template <class Look>
    auto aside(Look look) {
        const auto planned = std::exchange(plan_, {});
        const auto called = calls_;
        auto seen = look();
        plan_ = planned;
        calls_ = called;
        return seen;
    }

    // For tests that look at bytes or damage them, cached and durable.
    std::vector<std::string> files() const {
        std::vector<std::string> all;
        for (const auto& [name, node] : names_)
            if (!nodes_[node].folder) all.push_back(name);
        return all;
    }
    std::vector<std::byte>& bytes_of(const std::string& path) {
        return nodes_[names_.at(path)].data;
    }
    void damage(const std::string& path, std::size_t at, std::byte mask) {
        auto& node = nodes_[names_.at(path)];
        node.data.at(at) ^= mask;
        if (at < node.durable.size()) node.durable[at] = node.data[at];
    }
    // The files of a folder as they were on a copy of this disk: a backup that is put back.
    void put_back(const std::string& folder, const simulated_disk& from) {
        const auto inside = [&](const std::string& path) { return folder_of(path) == folder; };
        for (const auto& path : files())
            if (inside(path)) names_.erase(path), durable_names_.erase(path);
        for (const auto& path : from.files())
            if (inside(path)) put(path, from.nodes_[from.names_.at(path)].data);
        durable_names_ = names_;
        pending_names_.clear();
    }
    void put(const std::string& path, std::vector<std::byte> bytes) {
        if (names_.count(path) == 0) {
            names_[path] = durable_names_[path] = nodes_.size();
            nodes_.emplace_back();
        }
        auto& node = nodes_[names_.at(path)];
        node.data = node.durable = std::move(bytes);
        node.dirty.clear();
    }

    int open(const std::string& path, open_mode mode) override {
        return call([&](bool) -> std::int64_t {
            const auto found = names_.find(path);
            if (mode == open_mode::create_new) {
                if (found != names_.end()) return -EEXIST;
                if (!has_folder(path)) return -ENOENT;
                name(path, nodes_.size());
                nodes_.emplace_back();
            } else if (found == names_.end()) {
                return -ENOENT;
            }
            handles_[next_handle_] = {names_.at(path), false, mode != open_mode::read};
            return next_handle_++;
        });
    }
    int close(int file) override {
        handles_.erase(file);
        return 0;
    }
    std::int64_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t at) override {
        return call64([&](bool cut) -> std::int64_t {
            auto* node = node_of(file);
            if (node == nullptr || !handles_.at(file).writes) return -EBADF;
            auto count = cut ? std::max<std::size_t>(bytes.size() / 2, 1) : bytes.size();
            const auto end = at + count;
            if (end > node->data.size()) {
                if (used() + (end - node->data.size()) > capacity_) return -ENOSPC;
                node->data.resize(end);
            }
            std::memcpy(node->data.data() + at, bytes.data(), count);
            for (auto block = at / block_bytes; block * block_bytes < end; ++block)
                node->dirty.insert(block);
            return static_cast<std::int64_t>(count);
        });
    }
    std::int64_t pread(int file, std::span<std::byte> bytes, std::uint64_t at) override {
        return call64([&](bool cut) -> std::int64_t {
            auto* node = node_of(file);
            if (node == nullptr) return -EBADF;
            if (at >= node->data.size()) return 0;
            auto count = std::min<std::size_t>(bytes.size(), node->data.size() - at);
            if (cut) count = std::max<std::size_t>(count / 2, 1);
            std::memcpy(bytes.data(), node->data.data() + at, count);
            return static_cast<std::int64_t>(count);
        });
    }
    int fdatasync(int file) override {
        const bool fails = plan_.fail_at == calls_ + 1 && plan_.fail_with == EIO;
        auto* node = node_of(file);
        // The kernel's way with a failed sync: the pages count as clean, and some are lost.
        if (fails && node != nullptr && !off_) {
            std::mt19937_64 random(calls_);
            for (const auto block : node->dirty)
                if (random() % 2 == 0) node->settle_block(block);
            node->dirty.clear();
        }
        return call([&](bool) -> std::int64_t {
            if (node_of(file) == nullptr) return -EBADF;
            auto& synced = *node_of(file);
            for (const auto block : synced.dirty)
                synced.settle_block(block);
            synced.durable.resize(synced.data.size());
            synced.dirty.clear();
            return 0;
        });
    }
    int allocate(int file, std::uint64_t size) override {
        return call([&](bool) -> std::int64_t {
            auto* node = node_of(file);
            if (node == nullptr) return -EBADF;
            if (size <= node->data.size()) return 0;
            if (used() + (size - node->data.size()) > capacity_) return -ENOSPC;
            node->data.resize(size);
            return 0;
        });
    }
    int truncate(int file, std::uint64_t size) override {
        return call([&](bool) -> std::int64_t {
            auto* node = node_of(file);
            if (node == nullptr) return -EBADF;
            node->data.resize(size);
            node->dirty.erase(node->dirty.lower_bound((size + block_bytes - 1) / block_bytes),
                              node->dirty.end());
            return 0;
        });
    }
    std::int64_t size(int file) override {
        return call64([&](bool) -> std::int64_t {
            auto* node = node_of(file);
            return node == nullptr ? -EBADF : static_cast<std::int64_t>(node->data.size());
        });
    }
    int forget_cached(int file) override {
        return call([&](bool) -> std::int64_t {
            auto* node = node_of(file);
            if (node == nullptr) return -EBADF;
            if (node->dirty.empty()) node->data = node->durable;
            return 0;
        });
    }
    int start_writing(int, std::uint64_t, std::uint64_t) override { return 0; }
    int try_lock(int file) override {
        return call([&](bool) -> std::int64_t {
            auto& mine = handles_.at(file);
            for (const auto& [other, held] : handles_)
                if (other != file && held.node == mine.node && held.locks) return -EWOULDBLOCK;
            mine.locks = true;
            return 0;
        });
    }
    int is_locked(int file) override {
        return call([&](bool) -> std::int64_t {
            for (const auto& [other, held] : handles_)
                if (other != file && held.node == handles_.at(file).node && held.locks) return 1;
            return 0;
        });
    }

    int make_folder(const std::string& path) override {
        return call([&](bool) -> std::int64_t {
            if (names_.count(path) != 0) return -EEXIST;
            if (!has_folder(path)) return -ENOENT;
            name(path, nodes_.size());
            nodes_.emplace_back().folder = true;
            return 0;
        });
    }
    int rename(const std::string& from, const std::string& to) override {
        return call([&](bool) -> std::int64_t {
            if (names_.count(from) == 0) return -ENOENT;
            change_names({from, to, names_.at(from)});
            return 0;
        });
    }
    int unlink(const std::string& path) override {
        return call([&](bool) -> std::int64_t {
            if (names_.count(path) == 0) return -ENOENT;
            change_names({path, "", 0});
            return 0;
        });
    }
    int sync_folder(const std::string& path) override {
        return call([&](bool) -> std::int64_t {
            if (!is_folder(path)) return -ENOENT;
            // Folders share one log of metadata, as those of a journalling file system do.
            durable_names_ = names_;
            pending_names_.clear();
            return 0;
        });
    }
    int list(const std::string& path, std::vector<std::string>& names) override {
        return call([&](bool) -> std::int64_t {
            if (!is_folder(path)) return -ENOENT;
            names.clear();
            for (const auto& [name, node] : names_)
                if (folder_of(name) == path && name != path)
                    names.push_back(name.substr(path.size() + 1));
            return 0;
        });
    }
    std::int64_t free_space(const std::string&) override {
        return static_cast<std::int64_t>(capacity_ - used());
    }
    bool exists(const std::string& path) override {
        return names_.count(path) != 0 || is_folder(path);
    }

  private:
    using name_map = std::map<std::string, std::size_t>;

    struct file_node {
        std::vector<std::byte> data;     // as processes see it
        std::vector<std::byte> durable;  // as the device has it
        std::set<std::uint64_t> dirty;   // blocks written since the last sync
        bool folder = false;

        void settle_block(std::uint64_t block) {
            const auto begin = static_cast<std::size_t>(block * block_bytes);
            const auto end = std::min(begin + block_bytes, data.size());
            if (begin >= end) return;
            if (durable.size() < end) durable.resize(end);
            std::memcpy(durable.data() + begin, data.data() + begin, end - begin);
        }
    };
    // A new name for a node (`from` empty), a name less (`to` empty), or a rename.
    struct name_change {
        std::string from, to;
        std::size_t node = 0;
        void apply(name_map& names) const {
            if (!from.empty()) names.erase(from);
            if (!to.empty()) names[to] = node;
        }
    };
    struct open_file {
        std::size_t node = 0;
        bool locks = false;
        bool writes = false;
    };

    bool is_folder(const std::string& path) const {
        const auto found = names_.find(path);
        if (found != names_.end()) return nodes_[found->second].folder;
        return path.find('/') == std::string::npos || path == "/";  // roots are always there
    }
    bool has_folder(const std::string& path) const { return is_folder(folder_of(path)); }
    void name(const std::string& path, std::size_t node) { change_names({"", path, node}); }
    void change_names(name_change change) {
        change.apply(names_);
        pending_names_.push_back(std::move(change));
    }
    file_node* node_of(int file) {
        const auto found = handles_.find(file);
        return found == handles_.end() ? nullptr : &nodes_[found->second.node];
    }

    template <class Work>
    std::int64_t call64(Work work) {
        if (off_) return -EIO;
        ++calls_;
        if (calls_ == plan_.power_off_before) {
            off_ = true;
            throw power_failure{};
        }
        std::int64_t got = 0;
        if (calls_ == plan_.fail_at && plan_.fail_with != short_count)
            got = -plan_.fail_with;
        else
            got = work(calls_ == plan_.fail_at);
        if (calls_ == plan_.power_off_after) {
            off_ = true;
            throw power_failure{};
        }
        return got;
    }
    template <class Work>
    int call(Work work) {
        return static_cast<int>(call64(work));
    }

    std::vector<file_node> nodes_;
    name_map names_, durable_names_;
    std::vector<name_change> pending_names_;
    std::map<int, open_file> handles_;
    int next_handle_ = 3;
    std::uint64_t capacity_ = ~std::uint64_t{0} >> 2;
    std::uint64_t calls_ = 0;
    plan plan_;
    bool off_ = false;
};

}  // namespace tidings::store

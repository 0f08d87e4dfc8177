// A scripted_server that speaks HTTP/2 through nghttp2's server side: the script is called for each
// whole request and answers, resets, says GOAWAY or writes frames of its own making.
#pragma once

#include "support/scripted_server.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nghttp2/nghttp2.h>

namespace tidings::tests {

class scripted_http2_server {
  public:
    struct request {
        std::int32_t stream = 0;
        std::map<std::string, std::string> headers;
        std::string body;
    };
    class talk;
    using script = std::function<void(talk&, const request&)>;

    // One connection's HTTP/2.
    class talk {
      public:
        talk(scripted_http2_server& owner, scripted_peer& peer) : owner_(owner), peer_(peer) {
            nghttp2_session_callbacks* calls = nullptr;
            nghttp2_session_callbacks_new(&calls);
            nghttp2_session_callbacks_set_on_header_callback(calls, &talk::on_header);
            nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, &talk::on_data);
            nghttp2_session_callbacks_set_on_frame_recv_callback(calls, &talk::on_frame);
            nghttp2_option* options = nullptr;
            nghttp2_option_new(&options);
            if (owner.leaves_table_empty)
                nghttp2_option_set_max_deflate_dynamic_table_size(options, 0);
            nghttp2_session_server_new2(&session_, calls, this, options);
            nghttp2_option_del(options);
            nghttp2_session_callbacks_del(calls);
            const nghttp2_settings_entry settings[] = {
                {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, owner.streams_max},
                {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, owner.window},
                {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, owner.table_size}};
            nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
        }
        ~talk() { nghttp2_session_del(session_); }
        talk(const talk&) = delete;
        talk& operator=(const talk&) = delete;

        void answer(std::int32_t stream, const std::string& status, const std::string& body,
                    bool whole = true) {
            bodies_[stream] = {body, whole};
            const nghttp2_nv fields[] = {field(":status", status),
                                         field("content-type", "application/json")};
            nghttp2_data_provider source{};
            source.source.ptr = &bodies_[stream];
            source.read_callback = &talk::on_body_wanted;
            nghttp2_submit_response(session_, stream, fields, 2, &source);
            push();
        }
        void answer_with_header(std::int32_t stream, const std::string& name,
                                const std::string& value) {
            const nghttp2_nv fields[] = {field(":status", "200"), field(name, value)};
            nghttp2_submit_response(session_, stream, fields, 2, nullptr);
            push();
        }
        // Any head, as it stands, and a body.
        void answer_oddly(std::int32_t stream,
                          const std::vector<std::pair<std::string, std::string>>& head,
                          const std::string& body) {
            bodies_[stream] = {body, true};
            std::vector<nghttp2_nv> fields;
            for (const auto& [name, value] : head)
                fields.push_back(field(name, value));
            nghttp2_data_provider source{};
            source.source.ptr = &bodies_[stream];
            source.read_callback = &talk::on_body_wanted;
            nghttp2_submit_response(session_, stream, fields.data(), fields.size(), &source);
            push();
        }
        void interim(std::int32_t stream) {
            const nghttp2_nv fields[] = {field(":status", "103")};
            nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream, nullptr, fields, 1,
                                   nullptr);
            push();
        }
        // The same head in two frames; the second ends the stream.
        void head_twice(std::int32_t stream, const std::string& status) {
            const nghttp2_nv fields[] = {field(":status", status)};
            nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream, nullptr, fields, 1,
                                   nullptr);
            nghttp2_submit_headers(session_, NGHTTP2_FLAG_END_STREAM, stream, nullptr, fields, 1,
                                   nullptr);
            push();
        }
        void refuse(std::int32_t stream, std::uint32_t code) {
            nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, code);
            push();
        }
        void goaway(std::int32_t last, std::uint32_t code = NGHTTP2_NO_ERROR) {
            nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last, code, nullptr, 0);
            push();
        }
        scripted_peer& peer() { return peer_; }

        void take(std::string& received) {
            nghttp2_session_mem_recv(
                session_, reinterpret_cast<const std::uint8_t*>(received.data()), received.size());
            received.clear();
            push();
        }
        void push() {
            const std::uint8_t* bytes = nullptr;
            std::string all;
            for (;;) {
                const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
                if (size <= 0) break;
                all.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
            }
            if (!all.empty()) peer_.say(all);
        }

      private:
        struct outgoing {
            std::string text;
            bool whole = true;
            std::size_t at = 0;
        };

        static nghttp2_nv field(std::string_view name, std::string_view value) {
            const auto bytes = [](std::string_view text) {
                return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
            };
            return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
        }
        static talk& of(void* user) { return *static_cast<talk*>(user); }
        static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                             std::size_t name_size, const std::uint8_t* value,
                             std::size_t value_size, std::uint8_t, void* user) {
            auto& one = of(user).open_[frame->hd.stream_id];
            one.stream = frame->hd.stream_id;
            one.headers[{reinterpret_cast<const char*>(name), name_size}].assign(
                reinterpret_cast<const char*>(value), value_size);
            return 0;
        }
        static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                           const std::uint8_t* bytes, std::size_t size, void* user) {
            of(user).open_[stream].body.append(reinterpret_cast<const char*>(bytes), size);
            return 0;
        }
        static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
            talk& self = of(user);
            if (frame->hd.type == NGHTTP2_PING) ++self.owner_.pings;
            if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
            if (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS) return 0;
            const request whole = self.open_[frame->hd.stream_id];
            self.open_.erase(frame->hd.stream_id);
            self.owner_.requests.push_back(whole);
            self.owner_.whole_.emplace_back(&self, whole);
            return 0;
        }
        static ssize_t on_body_wanted(nghttp2_session*, std::int32_t, std::uint8_t* out,
                                      std::size_t room, std::uint32_t* flags,
                                      nghttp2_data_source* source, void*) {
            auto& body = *static_cast<outgoing*>(source->ptr);
            const std::size_t size = std::min(room, body.text.size() - body.at);
            if (size == 0 && !body.whole) return NGHTTP2_ERR_DEFERRED;
            std::copy_n(body.text.data() + body.at, size, out);
            body.at += size;
            if (body.at == body.text.size() && body.whole) *flags |= NGHTTP2_DATA_FLAG_EOF;
            return static_cast<ssize_t>(size);
        }

        scripted_http2_server& owner_;
        scripted_peer& peer_;
        nghttp2_session* session_ = nullptr;
        std::map<std::int32_t, request> open_;
        std::map<std::int32_t, outgoing> bodies_;
    };

    explicit scripted_http2_server(scripted_server& below) {
        SSL_CTX_set_alpn_select_cb(
            &below.context(),
            [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
               unsigned in_size, void*) {
                unsigned char* chosen = nullptr;
                const int found = SSL_select_next_proto(
                    &chosen, size, reinterpret_cast<const unsigned char*>("\x02h2"), 3, in,
                    in_size);
                *out = chosen;
                return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
            },
            nullptr);
        below.on_open = [this](scripted_peer& peer) {
            talks_[&peer] = std::make_unique<talk>(*this, peer);
            talks_[&peer]->push();
        };
        below.on_bytes = [this](scripted_peer& peer) {
            ++rounds;
            talks_[&peer]->take(peer.received);
            // Outside of nghttp2's calls, so that the script may do what it likes.
            const auto now = std::move(whole_);
            whole_.clear();
            for (const auto& [speaker, one] : now)
                if (!speaker->peer().over()) on_request(*speaker, one);
        };
    }

    script on_request = [](talk&, const request&) {};
    std::vector<request> requests;
    std::uint32_t streams_max = 100;
    std::uint32_t window = 65535;
    std::uint32_t table_size = NGHTTP2_DEFAULT_HEADER_TABLE_SIZE;  // HPACK's, for requests
    bool leaves_table_empty = false;  // of answers, and says so, as nginx does
    int pings = 0;
    int rounds = 0;  // of reading: how many batches requests came in

    talk& of(scripted_peer& peer) { return *talks_.at(&peer); }

  private:
    std::map<scripted_peer*, std::unique_ptr<talk>> talks_;
    std::vector<std::pair<talk*, request>> whole_;
};

}  // namespace tidings::tests

#include "net/system_bundle.hpp"

#include <cstdlib>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace tidings::net {

namespace {

const char* bundle_file() {
    const char* const named = std::getenv(X509_get_default_cert_file_env());
    return named != nullptr ? named : X509_get_default_cert_file();
}

// The store remembers what the file holds; the second question finds it there without us, or is
// about something that the file does not have either.
int load_and_look(X509_LOOKUP* asked, X509_LOOKUP_TYPE kind, const X509_NAME* name,
                  X509_OBJECT* found) {
    static char read_already = 0;
    if (kind != X509_LU_X509 || X509_LOOKUP_get_method_data(asked) == &read_already) return 0;
    X509_LOOKUP_set_method_data(asked, &read_already);
    X509_STORE* const store = X509_LOOKUP_get_store(asked);
    ERR_set_mark();
    const int loaded = X509_STORE_load_file(store, bundle_file());
    ERR_pop_to_mark();
    if (loaded != 1) return 0;
    // The lock is not held here: OpenSSL's own lookup by folder does the same.
    X509_STORE_lock(store);
    X509_OBJECT* const one =
        X509_OBJECT_retrieve_by_subject(X509_STORE_get0_objects(store), kind, name);
    const int taken = one != nullptr ? X509_OBJECT_set1_X509(found, X509_OBJECT_get0_X509(one)) : 0;
    X509_STORE_unlock(store);
    return taken;
}

X509_LOOKUP_METHOD* method() {
    static X509_LOOKUP_METHOD* const made = [] {
        X509_LOOKUP_METHOD* const m = X509_LOOKUP_meth_new("tidings: the system's bundle");
        if (m != nullptr) X509_LOOKUP_meth_set_get_by_subject(m, &load_and_look);
        return m;
    }();
    return made;
}

}  // namespace

void trust_system_bundle(SSL_CTX* context) {
    if (method() != nullptr) X509_STORE_add_lookup(SSL_CTX_get_cert_store(context), method());
}

}  // namespace tidings::net

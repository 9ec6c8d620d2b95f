/*
 * kat.h - the known answer of docs/keystore-format.md, built with the room's
 * own parts from random bytes that are written down.
 */
#ifndef TESTS_KEYSTORE_KAT_H
#define TESTS_KEYSTORE_KAT_H

#include "keystore/seal.h"

#define KAT_PASSPHRASE "correct horse battery staple"

struct kat {
    struct hv_secret key_file;
    struct hv_secret rk;
    struct ks_front front;
    struct ks_image image;
};

/* For .init: secrets, and a directory of its own to be in. */
void store_setup(void);
/* That all secrets since then are released; no sanitizer sees these leaks. */
void expect_no_secrets(void);

void kat_make(struct kat *out);
void kat_release(struct kat *kat);

/* Writes bytes to a new file of mode 0600. */
void file_put(const char *path, const void *data, size_t len);
/* The whole file; free() it. */
uint8_t *file_get(const char *path, size_t *len);

struct hv_secret secret_of(const char *text);

/* A store named "s" with one key-file slot of full scope; @key gets the key. */
struct hv_keystore *quick_store(struct hv_secret *key);
/* Opens "s" by a key file; asserts. */
struct hv_keystore *open_by_key(const struct hv_secret *key);

/* An edit that adds a subscription; @arg: two bytes that make its id. */
enum hv_status add_sub(struct hv_keyring *ring, void *arg,
                       struct hv_error *err);
/* Does it with { n, 0 }; asserts. */
void edit(struct hv_keystore *ks, uint8_t n);

#endif

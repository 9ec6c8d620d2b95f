/*
 * kat.c - helpers for the tests of keystore files.
 */
#include "kat.h"
#include "../base/tmpdir.h"
#include "keystore/be.h"
#include "keystore/kdf.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KAT_TIME INT64_C(1767225600000)

static uint32_t next_block;

/* Each draw starts a new block and drops the rest of its last one. */
static void
kat_random(void *out, size_t len)
{
    uint8_t *at = out;

    while (len) {
        uint8_t seed[12] = "hvks kat";
        uint8_t block[32];
        size_t part = len < sizeof(block) ? len : sizeof(block);

        ks_put32(seed + 8, next_block++);
        cr_assert_eq(
            ks_sha256((struct hv_bytes){ seed, sizeof(seed) }, block, NULL),
            HV_OK);
        memcpy(at, block, part);
        at += part;
        len -= part;
    }
}

static size_t used_before;

void
store_setup(void)
{
    struct hv_error err = { 0 };
    struct hv_secret first = { 0 };
    uint8_t byte;

    cr_assert_eq(hv_secret_start(NULL, &err), HV_OK, "%s", err.why);
    /* The generators themselves live in the secure heap once used. */
    hv_random(&byte, 1);
    cr_assert_eq(hv_secret_random(&first, 1, NULL), HV_OK);
    hv_secret_release(&first);
    used_before = CRYPTO_secure_used();
    tmpdir_make();
}

void
expect_no_secrets(void)
{
    cr_expect_eq(CRYPTO_secure_used(), used_before, "%zu bytes of secrets left",
                 CRYPTO_secure_used() - used_before);
}

struct hv_secret
secret_of(const char *text)
{
    struct hv_secret made = { 0 };

    cr_assert_eq(hv_secret_copy(&made, text, strlen(text), NULL), HV_OK);
    return made;
}

static void
add_kat_key(struct hv_keyring *ring)
{
    struct hv_secret key = { 0 };
    struct hv_guid sub;
    struct hv_key_version version = { "kat-001" };

    cr_assert_eq(hv_guid_parse("00112233-4455-6677-8899-aabbccddeeff", &sub),
                 HV_OK);
    cr_assert_eq(hv_secret_init(&key, 64, NULL), HV_OK);
    for (uint8_t i = 0; i < 64; i++)
        key.data[i] = i;
    cr_assert_eq(hv_keyring_add_key(ring, &sub, &version, &key, HV_KEY_MADE,
                                    KAT_TIME, NULL),
                 HV_OK);
    ring->keys[0].state = HV_KEY_ACTIVE;
    ring->keys[0].submitted_ms = KAT_TIME;
    ring->keys[0].activated_ms = KAT_TIME;
    hv_secret_release(&key);
}

static void
wrap_kat_slots(struct kat *kat)
{
    struct hv_secret passphrase = secret_of(KAT_PASSPHRASE);
    struct hv_secret kv = { 0 };

    cr_assert_eq(ks_slot_wrap(&kat->front.slots[0], &kat->front.store_id,
                              &passphrase, &kat->rk, NULL),
                 HV_OK);
    cr_assert_eq(ks_root_key(&kat->front, &kat->rk, HV_PART_VERIFY, &kv, NULL),
                 HV_OK);
    cr_assert_eq(ks_slot_wrap(&kat->front.slots[1], &kat->front.store_id,
                              &kat->key_file, &kv, NULL),
                 HV_OK);
    hv_secret_release(&kv);
    hv_secret_release(&passphrase);
}

void
kat_make(struct kat *out)
{
    struct kat kat = { 0 };
    struct hv_keyring ring = { 0 };
    struct ks_slot *slots = kat.front.slots;

    next_block = 0;
    hv_random_set(kat_random);
    cr_assert_eq(hv_secret_random(&kat.key_file, 32, NULL), HV_OK);
    hv_random(kat.front.store_id.b, 16);
    hv_random(kat.front.save_salt, 32);
    hv_random(kat.front.prev_tag, 32);
    cr_assert_eq(hv_secret_random(&kat.rk, 32, NULL), HV_OK);
    slots[0] = (struct ks_slot){ .type = HV_SLOT_PASSPHRASE,
                                 .scope = HV_SCOPE_FULL,
                                 .log2_n = 15,
                                 .r = 8,
                                 .p = 1,
                                 .created_ms = KAT_TIME,
                                 .label = "ops-primary" };
    slots[1] = (struct ks_slot){ .type = HV_SLOT_KEYFILE,
                                 .scope = HV_SCOPE_VERIFY,
                                 .created_ms = KAT_TIME,
                                 .label = "listener" };
    for (size_t i = 0; i < 2; i++) {
        hv_random(slots[i].id, 8);
        hv_random(slots[i].salt, 32);
    }
    hv_random_set(NULL);
    kat.front.slots_len = 2;
    kat.front.generation = 7;
    kat.front.epoch = 1;
    kat.front.saved_ms = KAT_TIME;
    wrap_kat_slots(&kat);
    add_kat_key(&ring);
    cr_assert_eq(ks_seal_build(&kat.front, &kat.rk, &ring, &kat.image, NULL),
                 HV_OK);
    hv_keyring_release(&ring);
    *out = kat;
}

void
kat_release(struct kat *kat)
{
    hv_secret_release(&kat->key_file);
    hv_secret_release(&kat->rk);
    ks_image_release(&kat->image);
}

void
file_put(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, data, len), (ssize_t)len);
    cr_assert_eq(fchmod(fd, 0600), 0);
    close(fd);
}

uint8_t *
file_get(const char *path, size_t *len)
{
    struct stat info;
    uint8_t *data;
    int fd = open(path, O_RDONLY);

    cr_assert_geq(fd, 0, "%s", path);
    cr_assert_eq(fstat(fd, &info), 0);
    data = hv_calloc((size_t)info.st_size + 1, 1);
    cr_assert_eq(read(fd, data, (size_t)info.st_size), info.st_size);
    close(fd);
    *len = (size_t)info.st_size;
    return data;
}

struct hv_keystore *
quick_store(struct hv_secret *key)
{
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_secret_random(key, 32, NULL), HV_OK);
    cr_assert_eq(hv_keystore_create_with_key_file("s", key, "full", &ks, &err),
                 HV_OK, "%s", err.why);
    return ks;
}

struct hv_keystore *
open_by_key(const struct hv_secret *key)
{
    struct hv_credential cred = { .key_file = key };
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_open("s", &cred, &ks, &err), HV_OK, "%s", err.why);
    return ks;
}

enum hv_status
add_sub(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    static const struct hv_guid app = { { 9 } };
    const uint8_t *mark = arg;
    struct hv_guid sub = { { 1, mark[0], mark[1] } };

    (void)err;
    hv_keyring_add_sub(ring, &sub, &app);
    return HV_OK;
}

void
edit(struct hv_keystore *ks, uint8_t n)
{
    uint8_t mark[2] = { n, 0 };
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_edit(ks, add_sub, mark, &err), HV_OK, "%s",
                 err.why);
}

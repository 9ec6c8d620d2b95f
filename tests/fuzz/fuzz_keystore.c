/*
 * fuzz_keystore.c - the decoders of keystore files. The first byte chooses: a
 * whole file as it is, a whole file whose checksum is made to hold, the plain
 * part V, the plain part S. What is accepted must encode to the same bytes.
 */
#include "keystore/kdf.h"
#include "keystore/records.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return hv_secret_start(NULL, NULL) ? 1 : 0;
}

static void
fuzz_file(struct hv_bytes file)
{
    struct hv_error err = { 0 };
    struct ks_front front;
    uint8_t again[KS_HEADER + KS_SLOTS * KS_SLOT];

    if (ks_front_decode(file, "f", &front, &err)) {
        if (!err.status || !err.why[0])
            abort();
        return;
    }
    ks_front_encode(&front, again);
    if (ks_image_size(&front) != file.len ||
        memcmp(again, file.data, ks_front_size(&front)) != 0)
        abort();
}

static void
fuzz_summed_file(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + KS_TAG);
    struct hv_bytes body = { copy, size };

    if (!copy)
        abort();
    if (size)
        memcpy(copy, data, size);
    if (ks_sha256(body, copy + size, NULL))
        abort();
    fuzz_file((struct hv_bytes){ copy, size + KS_TAG });
    free(copy);
}

/* Flags of the types we know come back as "critical", so compare from the
 * second encoding on. */
static void
fuzz_records(struct hv_bytes plain, char part)
{
    struct hv_keyring ring = { 0 };
    struct hv_keyring ring_again = { 0 };
    struct hv_secret first = { 0 };
    struct hv_secret second = { 0 };
    struct hv_error err = { 0 };
    enum hv_status st = ks_records_decode(plain, part, &ring, &err);

    if (st && !err.why[0])
        abort();
    if (!st &&
        ks_records_encode(&ring, part, KS_ALL_RECORDS, &first, NULL) == HV_OK) {
        if (ks_records_decode(hv_secret_bytes(&first), part, &ring_again,
                              NULL) ||
            ks_records_encode(&ring_again, part, KS_ALL_RECORDS, &second,
                              NULL) ||
            !hv_secret_equal(&first, &second))
            abort();
    }
    hv_secret_release(&first);
    hv_secret_release(&second);
    hv_keyring_release(&ring);
    hv_keyring_release(&ring_again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hv_bytes rest;

    if (size < 1 || size > 65536)
        return 0;
    rest = (struct hv_bytes){ data + 1, size - 1 };
    switch (data[0] % 4) {
    case 0:
        fuzz_file(rest);
        break;
    case 1:
        fuzz_summed_file(rest.data, rest.len);
        break;
    case 2:
        fuzz_records(rest, HV_PART_VERIFY);
        break;
    default:
        fuzz_records(rest, HV_PART_FULL);
        break;
    }
    return 0;
}

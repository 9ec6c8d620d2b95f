/*
 * fuzz_nearest.c - any header and body, refused: what is looked for near them
 * must end, and say a sentence that fits its place. The header ends at the
 * first line end.
 */
#include "hvconsole/notify.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct hv_keyring ring;

static void
add_key(uint8_t sub, const char *version, uint8_t fill)
{
    struct hv_guid id = { { sub } };
    struct hv_key_version name = { 0 };
    struct hv_secret key = { 0 };

    hv_copy(name.id, sizeof(name.id), version);
    if (hv_secret_init(&key, HV_HMAC_KEY_LEN, NULL))
        abort();
    memset(key.data, fill, key.len);
    if (hv_keyring_add_key(&ring, &id, &name, &key, HV_KEY_MADE, 1, NULL))
        abort();
    hv_secret_release(&key);
}

static void
start(void)
{
    bool is_locked;

    if (hv_secret_start(&is_locked, NULL))
        abort();
    add_key(0xa1, "v1", 0x11);
    add_key(0xa1, "v2", 0x22);
    add_key(0xb2, "v1", 0x33);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t header_len = end ? (size_t)(end - data) : size;
    struct hv_bytes header = { data, header_len };
    struct hv_bytes body = { data + header_len, size - header_len };
    struct hv_judgement judged = { 0 };
    struct hv_why_step step;

    if (!ring.keys_len)
        start();
    if (hv_notify_judge(&ring, header, body, NULL, &judged, NULL))
        abort();
    if (hv_notify_nearest(&ring, header, body, &judged, 0, &step) &&
        (strnlen(step.note, sizeof(step.note)) == sizeof(step.note) ||
         step.note[0] == '\0' || step.ok ||
         hv_verdict_row(judged.verdict)->is_verified))
        abort();
    hv_judgement_release(&judged);
    return 0;
}

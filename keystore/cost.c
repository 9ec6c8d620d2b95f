/*
 * cost.c - new passphrases: long enough, and as dear to try as this machine
 * allows. Called by whatever makes a passphrase slot.
 */
#include "hvconsole/clock.h"
#include "hvconsole/text.h"
#include "keystore/kdf.h"
#include "keystore/slots.h"

#include <inttypes.h>
#include <stdio.h>

enum { COST_HIGH = 18, PATIENCE_MS = 1000 };

/* Bytes of memory that may be had without swapping; 0 when unknown. */
static uint64_t
memory_available(void)
{
    FILE *info = fopen("/proc/meminfo", "re");
    char line[128];
    uint64_t kib = 0;

    if (!info)
        return 0;
    while (fgets(line, sizeof(line), info)) {
        if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
            break;
    }
    fclose(info);
    return kib * 1024;
}

/* The larger of 2^17 and 2^18 that takes at most a second and a quarter of the
 * memory there is, found by doing it. Never below 2^17. */
static enum hv_status
wrap_at_measured_cost(struct ks_slot *slot, const struct hv_guid *store_id,
                      const struct hv_secret *passphrase,
                      const struct hv_secret *rk, struct hv_error *err)
{
    uint64_t need = (uint64_t)128 * KS_SCRYPT_R << COST_HIGH;

    if (need <= memory_available() / 4) {
        int64_t start_ms = hv_clock_mono_ms();
        enum hv_status st;

        slot->log2_n = COST_HIGH;
        st = ks_slot_wrap(slot, store_id, passphrase, rk, NULL);
        if (!st && hv_clock_mono_ms() - start_ms <= PATIENCE_MS)
            return HV_OK;
        /* Too slow, or no memory after all: a new wrap has a new salt. */
        hv_random(slot->salt, sizeof(slot->salt));
    }
    slot->log2_n = KS_COST_STRONG;
    return ks_slot_wrap(slot, store_id, passphrase, rk, err);
}

enum hv_status
ks_slot_wrap_new(struct ks_slot *slot, const struct hv_guid *store_id,
                 const struct hv_secret *passphrase, int cost_log2,
                 const struct hv_secret *key, struct hv_error *err)
{
    slot->r = KS_SCRYPT_R;
    slot->p = 1;
    if (!cost_log2)
        return wrap_at_measured_cost(slot, store_id, passphrase, key, err);
    slot->log2_n = (uint8_t)cost_log2;
    return ks_slot_wrap(slot, store_id, passphrase, key, err);
}

enum hv_status
ks_passphrase_check_new(const struct hv_secret *passphrase, int cost_log2,
                        struct hv_error *err)
{
    struct hv_bytes text = hv_secret_bytes(passphrase);
    size_t characters = 0;

    if (!ks_passphrase_is_valid(passphrase))
        return hv_fail(err, HV_ERR_FORMAT,
                       "a passphrase has 1 to %d bytes of valid UTF-8",
                       HV_MAX_PASSPHRASE);
    for (size_t pos = 0; pos < text.len; characters++)
        hv_utf8_next(text, &pos);
    if (characters < HV_MIN_PASSPHRASE) {
        hv_fail(err, HV_ERR_FORMAT,
                "a new passphrase has at least %d characters",
                HV_MIN_PASSPHRASE);
        hv_hint(err, "five or six unrelated words are long and easy to type");
        return HV_ERR_FORMAT;
    }
    if (cost_log2 && (cost_log2 < KS_COST_MIN || cost_log2 > KS_COST_CAP))
        return hv_fail(err, HV_ERR_FAILED, "a cost of 2^%d is out of bounds",
                       cost_log2);
    return HV_OK;
}

/*
 * twin.c - a second reader like the first, for another thread: the search of
 * the console runs beside its screen, and a view belongs to one thread. Reads
 * the first one's keys and nothing else of it; opens the file by itself.
 */
#include "core/journal/view.h"

#include <openssl/evp.h>
#include <string.h>

static enum hv_status
copy_keys(struct hv_journal_view *twin, const struct hv_journal_view *view,
          struct hv_error *err)
{
    enum hv_status st = HV_OK;

    twin->readers = hv_calloc(view->readers_len + 1, sizeof(*twin->readers));
    twin->index_keys =
        hv_calloc(view->index_keys_len + 1, sizeof(*twin->index_keys));
    for (size_t i = 0; !st && i < view->readers_len; i++) {
        const struct journal_unlock *from = &view->readers[i];
        struct journal_unlock *to = &twin->readers[twin->readers_len++];

        memcpy(to->id, from->id, sizeof(to->id));
        st = hv_secret_copy(&to->key, from->key.data, from->key.len, err);
    }
    for (size_t i = 0; !st && i < view->index_keys_len; i++) {
        struct journal_index *to = &twin->index_keys[twin->index_keys_len++];

        to->ctx = EVP_MAC_CTX_dup(view->index_keys[i].ctx);
        if (!to->ctx)
            st = hv_fail(err, HV_ERR_CRYPTO,
                         "OpenSSL could not copy an HMAC-SHA-256 key");
    }
    if (!st && twin->readers_len > 0)
        st = hv_secret_init(&twin->cache, JOURNAL_KEY_CACHE * JOURNAL_KEY_LEN,
                            err);
    return st;
}

enum hv_status
hv_journal_view_twin(const struct hv_journal_view *view,
                     struct hv_journal_view **out, struct hv_error *err)
{
    enum hv_status st = hv_journal_view_open(view->db.path, NULL, out, err);

    if (!st)
        st = copy_keys(*out, view, err);
    if (st) {
        hv_journal_view_close(*out);
        *out = NULL;
    }
    return st;
}

/*
 * sub.c - subscriptions in memory: make, copy, compare, find. Pure. Called by
 * every room from core on.
 */
#include "hvconsole/sub.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

void
hv_sub_release(struct hv_sub *sub)
{
    for (size_t i = 0; i < sub->filters_len; i++)
        free(sub->filters[i].types);
    free(sub->filters);
    hv_secret_release(&sub->key);
    hv_buf_release(&sub->xml);
    *sub = (struct hv_sub){ 0 };
}

void
hv_sub_list_release(struct hv_sub_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        hv_sub_release(&list->items[i]);
    free(list->items);
    *list = (struct hv_sub_list){ 0 };
}

static bool
filter_has(const struct hv_filter *filter, const struct hv_guid *type)
{
    for (size_t i = 0; i < filter->types_len; i++) {
        if (hv_guid_equal(&filter->types[i], type))
            return true;
    }
    return false;
}

void
hv_sub_add_type(struct hv_sub *sub, size_t filter, const struct hv_guid *type)
{
    struct hv_filter *into;

    if (filter >= sub->filters_len) {
        sub->filters = hv_realloc_array(sub->filters, filter + 1,
                                        sizeof(struct hv_filter));
        memset(sub->filters + sub->filters_len, 0,
               (filter + 1 - sub->filters_len) * sizeof(struct hv_filter));
        sub->filters_len = filter + 1;
    }
    into = &sub->filters[filter];
    if (filter_has(into, type))
        return;
    into->types = hv_realloc_array(into->types, into->types_len + 1,
                                   sizeof(struct hv_guid));
    into->types[into->types_len++] = *type;
}

void
hv_sub_copy(struct hv_sub *out, const struct hv_sub *sub)
{
    struct hv_sub made = { .id = sub->id, .version = sub->version };

    hv_copy(made.url, sizeof(made.url), sub->url);
    if (sub->filters_len)
        made.filters = hv_calloc(sub->filters_len, sizeof(struct hv_filter));
    made.filters_len = sub->filters_len;
    for (size_t i = 0; i < sub->filters_len; i++) {
        for (size_t k = 0; k < sub->filters[i].types_len; k++)
            hv_sub_add_type(&made, i, &sub->filters[i].types[k]);
    }
    hv_buf_add_bytes(&made.xml, hv_buf_bytes(&sub->xml));
    *out = made;
}

size_t
hv_sub_types(const struct hv_sub *sub, struct hv_guid *out, size_t max)
{
    struct hv_filter seen = { .types = out };

    for (size_t i = 0; i < sub->filters_len; i++) {
        for (size_t k = 0; k < sub->filters[i].types_len; k++) {
            const struct hv_guid *type = &sub->filters[i].types[k];

            if (seen.types_len < max && !filter_has(&seen, type))
                out[seen.types_len++] = *type;
        }
    }
    return seen.types_len;
}

bool
hv_sub_names_type(const struct hv_sub *sub, const struct hv_guid *type)
{
    for (size_t i = 0; i < sub->filters_len; i++) {
        if (filter_has(&sub->filters[i], type))
            return true;
    }
    return false;
}

static int
compare_types(const void *a, const void *b)
{
    return hv_guid_compare(a, b);
}

static int
compare_filters(const void *a, const void *b)
{
    const struct hv_filter *x = a;
    const struct hv_filter *y = b;

    for (size_t i = 0; i < x->types_len && i < y->types_len; i++) {
        int order = hv_guid_compare(&x->types[i], &y->types[i]);

        if (order)
            return order;
    }
    return (x->types_len > y->types_len) - (x->types_len < y->types_len);
}

static void
add_u32(struct hv_buf *out, size_t n)
{
    uint8_t bytes[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16),
                         (uint8_t)(n >> 8), (uint8_t)n };

    hv_buf_add(out, bytes, sizeof(bytes));
}

void
hv_sub_hash(const struct hv_sub *sub, uint8_t out[32])
{
    struct hv_sub sorted = { 0 };
    struct hv_buf text = { 0 };

    /* A change matches if any type of any filter does, so their order says
     * nothing; the platform may list them as it likes. */
    hv_sub_copy(&sorted, sub);
    for (size_t i = 0; i < sorted.filters_len; i++) {
        if (sorted.filters[i].types_len)
            qsort(sorted.filters[i].types, sorted.filters[i].types_len,
                  sizeof(struct hv_guid), compare_types);
    }
    if (sorted.filters_len)
        qsort(sorted.filters, sorted.filters_len, sizeof(struct hv_filter),
              compare_filters);
    hv_buf_add_str(&text, "hvsub1");
    add_u32(&text, strlen(sorted.url));
    hv_buf_add_str(&text, sorted.url);
    add_u32(&text, sorted.filters_len);
    for (size_t i = 0; i < sorted.filters_len; i++) {
        add_u32(&text, sorted.filters[i].types_len);
        hv_buf_add(&text, sorted.filters[i].types,
                   sorted.filters[i].types_len * sizeof(struct hv_guid));
    }
    /* There is no hash to go on with, and no way it can fail but this. */
    if (!EVP_Digest(text.data, text.len, out, NULL, EVP_sha256(), NULL))
        abort();
    hv_buf_release(&text);
    hv_sub_release(&sorted);
}

enum hv_status
hv_sub_list_resolve(const struct hv_sub_list *list, const char *text,
                    size_t *index, struct hv_error *err)
{
    size_t found = 0;
    size_t at = 0;

    for (size_t i = 0; i < list->len; i++) {
        if (hv_guid_matches(&list->items[i].id, text)) {
            found++;
            at = i;
        }
    }
    if (found == 0) {
        hv_fail(err, HV_ERR_NOT_FOUND, "no subscription has the id %.60s",
                text);
        hv_hint(err, strlen(text) < 4
                         ? "give at least four characters of the id"
                         : "`sub list` shows what there is");
        return HV_ERR_NOT_FOUND;
    }
    if (found > 1) {
        hv_fail(err, HV_ERR_RULE,
                "%zu subscriptions have ids that begin with "
                "%.60s",
                found, text);
        hv_hint(err, "type more of the id");
        return HV_ERR_RULE;
    }
    *index = at;
    return HV_OK;
}

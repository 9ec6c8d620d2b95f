/*
 * wipe.h - memory for libraries that copy secrets: an allocator that cleans
 * what is freed. Given to libxml2 (core/wire) and libcurl (core/net/curl.c),
 * whose buffers see keys and tokens. Our own secrets live in struct hv_secret.
 */
#ifndef CORE_NET_WIPE_H
#define CORE_NET_WIPE_H

#include <stddef.h>

/*
 * The usual five, but free and realloc clean the old bytes. Memory of plain
 * malloc() may be freed here and the other way round, so that it does not
 * matter who started the library first.
 */
void *hv_wipe_malloc(size_t size);
void *hv_wipe_calloc(size_t count, size_t size);
void *hv_wipe_realloc(void *old, size_t size);
char *hv_wipe_strdup(const char *text);
void hv_wipe_free(void *data);

#endif

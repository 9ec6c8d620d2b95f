/*
 * wipe.c - malloc and friends that clean memory when it is given back. Handed
 * to libraries by core/wire/parse.c and core/net/curl.c; nobody calls it
 * directly.
 */
#include "core/net/wipe.h"
#include "hvconsole/secret.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *
hv_wipe_malloc(size_t size)
{
    return malloc(size);
}

void *
hv_wipe_calloc(size_t count, size_t size)
{
    return calloc(count, size);
}

void
hv_wipe_free(void *data)
{
    if (!data)
        return;
    hv_wipe(data, malloc_usable_size(data));
    free(data);
}

/* Never in place: what the plain one leaves behind when it moves is the very
 * thing to be cleaned. */
void *
hv_wipe_realloc(void *old, size_t size)
{
    size_t old_size = old ? malloc_usable_size(old) : 0;
    void *made = malloc(size ? size : 1);

    if (!made)
        return NULL;
    if (old)
        memcpy(made, old, old_size < size ? old_size : size);
    hv_wipe_free(old);
    return made;
}

char *
hv_wipe_strdup(const char *text)
{
    return strdup(text);
}

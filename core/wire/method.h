/*
 * method.h - what the client knows about each method of the platform.
 * Used by core/wire/envelope.c and core/client. Pure table.
 */
#ifndef CORE_WIRE_METHOD_H
#define CORE_WIRE_METHOD_H

#include <stdbool.h>

struct hv_method {
    const char *name; /* without version digit */
    int version;
    const char *suffix;     /* of the answer's namespace; NULL = no info */
    bool has_secret_answer; /* keys or tokens in clear: locked memory */
};

/** hv_method_find() - NULL for a method or version not in the table. */
const struct hv_method *hv_method_find(const char *name, int version);

#endif

/*
 * attention.c - what wants a person's eye, the worst first. Filled by the
 * models of status, custody and maintenance.
 */
#include "tui/command/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int
weight_of(const char *severity)
{
    return !strcmp(severity, "high") ? 0 : !strcmp(severity, "warn") ? 1 : 2;
}

struct hv_attention *
hv_attend(struct hv_status_model *out, const char *severity, const char *view,
          const char *fmt, ...)
{
    size_t most = HV_LEN(out->attention);
    size_t at = out->attention_len;
    struct hv_attention *note;
    va_list args;

    while (at &&
           weight_of(out->attention[at - 1].severity) > weight_of(severity))
        at--;
    if (at == most)
        return NULL;
    if (out->attention_len < most)
        out->attention_len++;
    note = &out->attention[at];
    memmove(note + 1, note, (out->attention_len - at - 1) * sizeof(*note));
    *note = (struct hv_attention){ 0 };
    hv_copy(note->severity, sizeof(note->severity), severity);
    hv_copy(note->view, sizeof(note->view), view);
    va_start(args, fmt);
    vsnprintf(note->text, sizeof(note->text), fmt, args);
    va_end(args);
    return note;
}

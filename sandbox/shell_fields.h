/*
 * shell_fields.h - the fields that describe a new person and record, and what
 * may stand in them. Pure; used by shell_create.c. Fact: shell-post-data
 */
#ifndef SANDBOX_SHELL_FIELDS_H
#define SANDBOX_SHELL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum sb_field_kind {
    SB_FIELD_NAME, /* 1-50 printable, no < > */
    SB_FIELD_LINE, /* 1-100 printable */
    SB_FIELD_DATE, /* yyyy-MM-dd */
    SB_FIELD_MAIL,
    SB_FIELD_CODE,   /* two letters */
    SB_FIELD_GENDER, /* F, M, UNSP */
    SB_FIELD_WORD,   /* a code of a vocabulary */
};

enum {
    SB_F_ACCOUNT = 1,
    SB_F_NEEDED = 2, /* in what an application posts */
    SB_F_SHOWN = 4,  /* asked of the person */
};

struct sb_field {
    const char *name; /* lower case */
    const char *label;
    enum sb_field_kind kind;
    unsigned flags;
};

const struct sb_field *sb_field_at(size_t index); /* NULL at the end */
bool sb_field_is_good(enum sb_field_kind kind, const char *text);

#endif

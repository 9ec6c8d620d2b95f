/*
 * marks.h - where in the received bytes <header>, <info> and the signed
 * <content> lie, and the gate before the XML parser: depth, tag size, no
 * document type, UTF-8 only. Pure. Fact: hash-and-hmac
 */
#ifndef SANDBOX_MARKS_H
#define SANDBOX_MARKS_H

#include "hvconsole/bytes.h"

struct sb_marks {           /* borrowed from the body; len 0 = not there */
    struct hv_bytes header; /* from <header ...> through </header> */
    struct hv_bytes info;
    struct hv_bytes content; /* of the credential in info */
};

/** sb_marks_find() - NULL when the document passes, else why not, as a phrase.
 *  It may still be ill-formed in ways only the parser sees. */
const char *sb_marks_find(struct hv_bytes body, struct sb_marks *out);

#endif

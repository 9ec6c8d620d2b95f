/*
 * finding.h - what a linter says: which rule, how bad, where, in which words.
 * The rules themselves are tables, so that `explain ID` knows each of them.
 */
#ifndef HVCONSOLE_FINDING_H
#define HVCONSOLE_FINDING_H

#include "hvconsole/status.h"

#include <stdbool.h>

enum hv_severity {
    HV_INFO,    /* good to know; does not count as a finding */
    HV_WARNING, /* works today, or works not everywhere */
    HV_ERROR,   /* will be refused, or does not do what was meant */
};
const char *hv_severity_word(enum hv_severity severity);

struct hv_lint { /* a rule; tables of these end with a NULL id */
    const char *id;
    enum hv_severity severity;
    const char *meaning; /* one sentence without a full stop */
    const char *advice;  /* what to do, the same */
};

struct hv_finding {
    const struct hv_lint *lint;
    size_t at, len;    /* the bytes of the text it is about; len 0 = all of it */
    char message[256]; /* this case; may hold foreign text, cut but not cleaned */
};

struct hv_findings { /* owned; zeroed = none */
    struct hv_finding *items;
    size_t len;
};

void hv_findings_release(struct hv_findings *findings);
/** hv_findings_add() - @rules holds @id; the same words about the same place are
 *  not said twice. */
void hv_findings_add(struct hv_findings *findings, const struct hv_lint *rules,
                     const char *id, size_t at, size_t len, const char *fmt,
                     ...) HV_PRINTF(6, 7);
/** hv_findings_worst() - HV_INFO when there is nothing worse. */
enum hv_severity hv_findings_worst(const struct hv_findings *findings);
bool hv_findings_has(const struct hv_findings *findings, const char *id);
const struct hv_lint *hv_lint_find(const struct hv_lint *rules, const char *id);

#endif

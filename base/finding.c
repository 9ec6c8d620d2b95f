/*
 * finding.c - a growing list of findings. Used by every linter; knows no rule
 * itself.
 */
#include "hvconsole/finding.h"
#include "hvconsole/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
hv_severity_word(enum hv_severity severity)
{
    static const char *const words[] = {
        [HV_INFO] = "info",
        [HV_WARNING] = "warning",
        [HV_ERROR] = "error",
    };

    return (unsigned)severity < HV_LEN(words) ? words[severity] : "error";
}

void
hv_findings_release(struct hv_findings *findings)
{
    free(findings->items);
    *findings = (struct hv_findings){ 0 };
}

const struct hv_lint *
hv_lint_find(const struct hv_lint *rules, const char *id)
{
    while (rules->id && strcmp(rules->id, id))
        rules++;
    return rules->id ? rules : NULL;
}

void
hv_findings_add(struct hv_findings *findings, const struct hv_lint *rules,
                const char *id, size_t at, size_t len, const char *fmt, ...)
{
    struct hv_finding finding = {
        .lint = hv_lint_find(rules, id),
        .at = at,
        .len = len,
    };
    va_list args;

    va_start(args, fmt);
    vsnprintf(finding.message, sizeof(finding.message), fmt, args);
    va_end(args);
    for (size_t i = 0; i < findings->len; i++) {
        const struct hv_finding *old = &findings->items[i];

        if (old->lint == finding.lint && old->at == at &&
            !strcmp(old->message, finding.message))
            return;
    }
    findings->items = hv_realloc_array(findings->items, findings->len + 1,
                                       sizeof(*findings->items));
    findings->items[findings->len++] = finding;
}

enum hv_severity
hv_findings_worst(const struct hv_findings *findings)
{
    enum hv_severity worst = HV_INFO;

    for (size_t i = 0; i < findings->len; i++) {
        if (findings->items[i].lint->severity > worst)
            worst = findings->items[i].lint->severity;
    }
    return worst;
}

bool
hv_findings_has(const struct hv_findings *findings, const char *id)
{
    for (size_t i = 0; i < findings->len; i++) {
        if (!strcmp(findings->items[i].lint->id, id))
            return true;
    }
    return false;
}

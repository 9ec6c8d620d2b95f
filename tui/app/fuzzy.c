/*
 * fuzzy.c - letters in order, wherever they stand. Called by help.c. Pure.
 */
#include "tui/app/fuzzy.h"

#include <ctype.h>
#include <string.h>

#define MATCH 1
#define START 8 /* the beginning of a word */
#define RUN   9 /* right behind the one before */

static int
same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* The best score of @query from @at on; -1 when it does not fit. Both are
 * short: trying every place is quick enough, and finds the best. */
static int
best_from(const char *query, const char *text, size_t at, int is_run)
{
    int best = -1;
    int has_any = 0;

    while (*query == ' ')
        query++;
    if (!*query)
        return 0;
    for (size_t i = at; text[i]; i++) {
        int is_start = i == 0 || !isalnum((unsigned char)text[i - 1]);
        int rest;

        /* In the middle of a word only the first place is tried. */
        if (!same(text[i], *query) || (has_any && !is_start))
            continue;
        has_any = 1;
        rest = best_from(query + 1, text, i + 1, 1);
        if (rest < 0)
            break; /* further right it fits even less */
        rest += MATCH + (is_start ? START : 0) + (is_run && i == at ? RUN : 0);
        if (rest > best)
            best = rest;
    }
    return best;
}

int
hv_fuzzy(const char *query, const char *text)
{
    return best_from(query, text, 0, 0);
}

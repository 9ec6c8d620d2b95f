/*
 * near.c - how near two words are, for "did you mean". Called by whoever reads
 * names: commands, parameters of URLs. Pure.
 */
#include "hvconsole/text.h"

#include <ctype.h>
#include <string.h>

#define MAX_WORD 64 /* longer words are compared by their beginning */

static int
least(int a, int b, int c)
{
    int ab = a < b ? a : b;

    return ab < c ? ab : c;
}

int
hv_word_distance(const char *a, const char *b)
{
    int rows[3][MAX_WORD + 1]; /* the line before last, the last, this one */
    size_t a_len = strlen(a), b_len = strlen(b);

    if (a_len > MAX_WORD)
        a_len = MAX_WORD;
    if (b_len > MAX_WORD)
        b_len = MAX_WORD;
    memset(rows, 0, sizeof(rows));
    for (size_t j = 0; j <= b_len; j++)
        rows[1][j] = (int)j;
    for (size_t i = 1; i <= a_len; i++) {
        rows[2][0] = (int)i;
        for (size_t j = 1; j <= b_len; j++) {
            char x = (char)tolower((unsigned char)a[i - 1]);
            char y = (char)tolower((unsigned char)b[j - 1]);
            int cost = x != y;

            rows[2][j] = least(rows[1][j] + 1, rows[2][j - 1] + 1,
                               rows[1][j - 1] + cost);
            if (i > 1 && j > 1 && tolower((unsigned char)a[i - 2]) == y &&
                tolower((unsigned char)b[j - 2]) == x &&
                rows[2][j] > rows[0][j - 2] + 1)
                rows[2][j] = rows[0][j - 2] + 1;
        }
        memcpy(rows[0], rows[1], sizeof(rows[0]));
        memcpy(rows[1], rows[2], sizeof(rows[1]));
    }
    return rows[1][b_len];
}

bool
hv_word_is_near(const char *typed, const char *known)
{
    size_t len = strlen(known);
    int far = len <= 4 ? 1 : len <= 8 ? 2 : 3;

    /* The beginning of a longer word is near: "verif", "--passphrase". */
    if (strlen(typed) >= 3 && len > strlen(typed) &&
        strncmp(typed, known, strlen(typed)) == 0)
        return true;
    return hv_word_distance(typed, known) <= far;
}

/*
 * words.c - words as such: splitting a line, lists of words, and how near two
 * words are. Called by the parser, the `:` line and "did you mean". Pure.
 */
#include "tui/command/args.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORD 64 /* longer words are compared by their beginning */

void
hv_words_add(struct hv_words *words, const char *text, size_t len)
{
    char *copy = hv_calloc(len + 1, 1);

    if (len)
        memcpy(copy, text, len);
    words->items = hv_realloc_array(words->items, (size_t)words->len + 1,
                                    sizeof(*words->items));
    words->items[words->len++] = copy;
}

void
hv_words_release(struct hv_words *words)
{
    for (int i = 0; i < words->len; i++)
        free(words->items[i]);
    free(words->items);
    *words = (struct hv_words){ 0 };
}

/* Read one word at @at; returns the place after it, NULL for an open quote. */
static const char *
read_word(const char *at, struct hv_buf *word)
{
    char quote = '\0';

    for (; *at; at++) {
        if (!quote && (*at == ' ' || *at == '\t'))
            return at;
        if (!quote && (*at == '\'' || *at == '"')) {
            quote = *at;
        } else if (quote && *at == quote) {
            quote = '\0';
        } else if (*at == '\\' && quote != '\'' && at[1]) {
            at++;
            hv_buf_add_char(word, *at);
        } else {
            hv_buf_add_char(word, *at);
        }
    }
    return quote ? NULL : at;
}

enum hv_status
hv_line_split(const char *line, struct hv_words *out, struct hv_error *err)
{
    struct hv_words words = { 0 };
    struct hv_buf word = { 0 };
    enum hv_status st = HV_OK;

    for (const char *c = line; *c && !st; c++) {
        if ((unsigned char)*c < ' ' && *c != '\t')
            st = hv_fail(err, HV_ERR_USAGE,
                         "the command line holds a control character");
    }
    while (!st) {
        while (*line == ' ' || *line == '\t')
            line++;
        if (!*line)
            break;
        if (words.len == HV_MAX_WORDS) {
            st = hv_fail(err, HV_ERR_USAGE, "more than %d words", HV_MAX_WORDS);
            break;
        }
        hv_buf_clear(&word);
        line = read_word(line, &word);
        if (!line)
            st = hv_fail(err, HV_ERR_USAGE, "a quote is not closed");
        else
            hv_words_add(&words, hv_buf_str(&word), word.len);
    }
    hv_buf_release(&word);
    if (st) {
        hv_words_release(&words);
        return st;
    }
    *out = words;
    return HV_OK;
}

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

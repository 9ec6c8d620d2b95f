/*
 * words.c - words as such: splitting a line, and lists of words. Called by the
 * parser and the `:` line. Pure.
 */
#include "tui/command/args.h"

#include <stdlib.h>
#include <string.h>

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

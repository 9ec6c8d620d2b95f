/*
 * marks.c - a tokenizer that reports offsets. It does not build anything; the
 * bytes it points at are hashed as they were sent.
 * Called by request.c before libxml2 sees the document.
 */
#include "sandbox/marks.h"

#include "hvconsole/limits.h"
#include "hvconsole/text.h"

#include <string.h>
#include <strings.h>

struct scan {
    const char *at;
    const char *end;
    struct hv_bytes open[HV_MAX_XML_DEPTH]; /* names, outermost first */
    const char *start[HV_MAX_XML_DEPTH];    /* where their tags begin */
    size_t depth;
    bool has_root;
    struct sb_marks *out;
};

static bool
starts(const struct scan *s, const char *word)
{
    size_t len = strlen(word);

    return (size_t)(s->end - s->at) >= len && memcmp(s->at, word, len) == 0;
}

/* Steps behind the next @word; false when there is none. */
static bool
skip_past(struct scan *s, const char *word)
{
    const char *hit =
        memmem(s->at, (size_t)(s->end - s->at), word, strlen(word));

    if (!hit)
        return false;
    s->at = hit + strlen(word);
    return true;
}

static bool
name_is(struct hv_bytes name, const char *word)
{
    return hv_bytes_equal(name, hv_bytes_str(word));
}

static bool
is_credential_content(const struct scan *s)
{
    static const char *const path[] = { "info", "auth-info", "credential" };

    if (s->depth != 6 || !name_is(s->open[5], "content"))
        return false;
    for (size_t i = 0; i < HV_LEN(path); i++)
        if (!name_is(s->open[i + 1], path[i]))
            return false;
    return true;
}

/* The element on top of the stack ends before s->at: note it if it is one. */
static const char *
element_done(struct scan *s)
{
    struct hv_bytes *mark = NULL;
    const char *start = s->start[s->depth - 1];

    if (s->depth == 2 && name_is(s->open[1], "header"))
        mark = &s->out->header;
    else if (s->depth == 2 && name_is(s->open[1], "info"))
        mark = &s->out->info;
    else if (is_credential_content(s))
        mark = &s->out->content;
    s->depth--;
    if (!mark)
        return NULL;
    if (mark->len > 0)
        return "header, info or content occurs twice";
    mark->data = (const uint8_t *)start;
    mark->len = (size_t)(s->at - start);
    return NULL;
}

/* Steps behind the '>' of a tag, past quoted attribute values. */
static const char *
skip_tag(struct scan *s)
{
    const char *start = s->at;
    char quote = 0;

    for (; s->at < s->end; s->at++) {
        if (s->at - start > HV_MAX_XML_TAG)
            return "a tag is too long";
        if (quote) {
            quote = *s->at == quote ? 0 : quote;
        } else if (*s->at == '"' || *s->at == '\'') {
            quote = *s->at;
        } else if (*s->at == '>') {
            s->at++;
            return NULL;
        }
    }
    return "a tag does not end";
}

static struct hv_bytes
tag_name(const char *at, const char *end)
{
    const char *stop = at;

    while (stop < end && *stop != '>' && *stop != '/' &&
           !hv_is_xml_space((uint8_t)*stop))
        stop++;
    return (struct hv_bytes){ (const uint8_t *)at, (size_t)(stop - at) };
}

static const char *
close_tag(struct scan *s)
{
    struct hv_bytes name = tag_name(s->at + 2, s->end);
    const char *why = skip_tag(s);

    if (why)
        return why;
    if (s->depth == 0 || !hv_bytes_equal(name, s->open[s->depth - 1]))
        return "a closing tag has no opening one";
    return element_done(s);
}

static const char *
open_tag(struct scan *s)
{
    const char *start = s->at;
    const char *why = skip_tag(s);

    if (why)
        return why;
    if (s->depth == HV_MAX_XML_DEPTH)
        return "elements are nested too deeply";
    if (s->depth == 0 && s->has_root)
        return "there is more than one root element";
    s->has_root = true;
    s->open[s->depth] = tag_name(start + 1, s->at);
    s->start[s->depth] = start;
    s->depth++;
    return s->at[-2] == '/' ? element_done(s) : NULL;
}

/* `encoding` in the XML declaration, if it names one, must be UTF-8. */
static const char *
declaration(struct scan *s)
{
    const char *start = s->at;
    const char *name;
    size_t len;

    if (!skip_past(s, "?>"))
        return "the XML declaration does not end";
    len = (size_t)(s->at - start);
    name = memmem(start, len, "encoding", 8);
    if (!name)
        return NULL;
    name += 8;
    while (name < s->at && (hv_is_xml_space((uint8_t)*name) || *name == '='))
        name++;
    if (s->at - name > 7 && (*name == '"' || *name == '\'') &&
        strncasecmp(name + 1, "utf-8", 5) == 0 && name[6] == *name)
        return NULL;
    return "the XML declaration names another encoding than UTF-8";
}

static const char *
markup(struct scan *s)
{
    if (starts(s, "<!--")) {
        s->at += 4;
        return skip_past(s, "-->") ? NULL : "a comment does not end";
    }
    if (starts(s, "<![CDATA["))
        return skip_past(s, "]]>") ? NULL : "a CDATA section does not end";
    if (starts(s, "<!"))
        return "a document type declaration is not accepted";
    if (starts(s, "<?"))
        return skip_past(s, "?>") ? NULL
                                  : "a processing instruction does not end";
    return starts(s, "</") ? close_tag(s) : open_tag(s);
}

const char *
sb_marks_find(struct hv_bytes body, struct sb_marks *out)
{
    struct scan s = { .at = (const char *)body.data, .out = out };
    const char *why = NULL;

    *out = (struct sb_marks){ 0 };
    if (body.len == 0)
        return "the body is empty";
    if (!hv_utf8_is_valid(body) || memchr(body.data, 0, body.len))
        return "the body is not UTF-8 text";
    s.end = s.at + body.len;
    if (starts(&s, "\xef\xbb\xbf"))
        return "the body starts with a byte order mark";
    if (starts(&s, "<?xml"))
        why = declaration(&s);
    while (!why && s.at < s.end) {
        const char *next = memchr(s.at, '<', (size_t)(s.end - s.at));

        s.at = next ? next : s.end;
        if (next)
            why = markup(&s);
    }
    if (!why && (s.depth > 0 || !s.has_root))
        why = "an element does not end";
    return why;
}

/*
 * book.c - the notebook about tokens and windows: STORE/maintenance, lines of
 * facts, replaced whole under a lock. Called by the token and maint commands
 * and their models. Holds no secrets and decides nothing.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/run.h"
#include "hvconsole/token.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME     "maintenance" /* of the file in the store */
#define FORMAT   1
#define MAX_BOOK (2 * 1024 * 1024)

void
hv_token_book_release(struct hv_token_book *book)
{
    free(book->notes);
    free(book->windows);
    free(book->drills);
    *book = (struct hv_token_book){ 0 };
}

/* ------------------------------------------------------------- entries -- */

struct hv_token_note *
hv_token_note_find(const struct hv_token_book *book, const struct hv_guid *app,
                   const char *name)
{
    for (size_t i = 0; i < book->notes_len; i++)
        if (strcmp(book->notes[i].name, name) == 0 &&
            hv_guid_equal(&book->notes[i].app, app))
            return &book->notes[i];
    return NULL;
}

enum hv_status
hv_token_note_make(struct hv_token_book *book, const struct hv_guid *app,
                   const char *name, struct hv_token_note **out,
                   struct hv_error *err)
{
    struct hv_token_note *note = hv_token_note_find(book, app, name);

    if (!note) {
        if (book->notes_len == HV_MAX_TOKENS)
            return hv_fail(err, HV_ERR_LIMIT,
                           "%d tokens are tracked already, more do not fit",
                           HV_MAX_TOKENS);
        book->notes = hv_realloc_array(book->notes, book->notes_len + 1,
                                       sizeof(*book->notes));
        note = &book->notes[book->notes_len++];
        *note = (struct hv_token_note){ .app = *app };
        hv_copy(note->name, sizeof(note->name), name);
    }
    *out = note;
    return HV_OK;
}

void
hv_token_note_remove(struct hv_token_book *book, struct hv_token_note *note)
{
    size_t at = (size_t)(note - book->notes);

    book->notes_len--;
    memmove(note, note + 1, (book->notes_len - at) * sizeof(*note));
}

struct hv_window *
hv_window_find(const struct hv_token_book *book, const char *name)
{
    for (size_t i = 0; i < book->windows_len; i++)
        if (strcmp(book->windows[i].name, name) == 0)
            return &book->windows[i];
    return NULL;
}

enum hv_status
hv_window_add(struct hv_token_book *book, const struct hv_window *window,
              struct hv_error *err)
{
    size_t at = book->windows_len;

    if (hv_window_find(book, window->name))
        return hv_fail(err, HV_ERR_RULE, "there is a window '%s' already",
                       window->name);
    if (book->windows_len == HV_MAX_WINDOWS)
        return hv_fail(err, HV_ERR_LIMIT, "%d windows are noted already",
                       HV_MAX_WINDOWS);
    book->windows = hv_realloc_array(book->windows, book->windows_len + 1,
                                     sizeof(*book->windows));
    for (; at > 0 && book->windows[at - 1].at_ms > window->at_ms; at--)
        book->windows[at] = book->windows[at - 1];
    book->windows[at] = *window;
    book->windows_len++;
    return HV_OK;
}

void
hv_window_remove(struct hv_token_book *book, struct hv_window *window)
{
    size_t at = (size_t)(window - book->windows);

    book->windows_len--;
    memmove(window, window + 1, (book->windows_len - at) * sizeof(*window));
}

void
hv_drill_add(struct hv_token_book *book, const struct hv_drill *drill)
{
    if (book->drills_len == HV_MAX_DRILLS) {
        book->drills_len--;
        memmove(book->drills, book->drills + 1,
                book->drills_len * sizeof(*book->drills));
    }
    book->drills = hv_realloc_array(book->drills, book->drills_len + 1,
                                    sizeof(*book->drills));
    book->drills[book->drills_len++] = *drill;
}

const struct hv_drill *
hv_drill_last(const struct hv_token_book *book, const struct hv_window *window)
{
    for (size_t i = book->drills_len; i-- > 0;)
        if (strcmp(book->drills[i].window, window->name) == 0 &&
            strcmp(book->drills[i].platform, window->platform) == 0)
            return &book->drills[i];
    return NULL;
}

/* -------------------------------------------------------------- saving -- */

static void
write_note(struct hv_facts *facts, const struct hv_token_note *note)
{
    char app[HV_GUID_TEXT];

    hv_guid_format(&note->app, app);
    hv_facts_addf(facts, "token",
                  "%s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
                  " %d %" PRId64 " %" PRId64 " %" PRId64 " %d %d %d",
                  app, note->name, note->added_ms, note->ends_ms, note->good_ms,
                  note->checked_ms, note->code, note->refused_ms,
                  note->refused_good_ms, note->refused_ends_ms, note->is_gone,
                  note->is_second, note->is_stopped);
    hv_facts_add(facts, "actionqs", note->actionqs);
}

static void
write_window(struct hv_facts *facts, const struct hv_window *window)
{
    hv_facts_addf(facts, "window", "%s %s %" PRId64 " %" PRId64 " %" PRId64,
                  window->name, hv_window_kind_word(window->kind),
                  window->at_ms, window->for_ms, window->made_ms);
    hv_facts_add(facts, "platform", window->platform);
    hv_facts_addf(facts, "window-more", "%" PRId64 " %u", window->slack_ms,
                  window->checked);
}

static void
write_drill(struct hv_facts *facts, const struct hv_drill *drill)
{
    hv_facts_addf(facts, "drill", "%s %" PRId64 " %d %u", drill->window,
                  drill->at_ms, drill->is_real, drill->passed);
    hv_facts_add(facts, "drill-platform", drill->platform);
}

static enum hv_status
save(const char *path, const struct hv_token_book *book, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    enum hv_status st;

    hv_facts_addf(&facts, "format", "%d", FORMAT);
    for (size_t i = 0; i < book->windows_len; i++)
        write_window(&facts, &book->windows[i]);
    for (size_t i = 0; i < book->drills_len; i++)
        write_drill(&facts, &book->drills[i]);
    for (size_t i = 0; i < book->notes_len; i++)
        write_note(&facts, &book->notes[i]);
    st = hv_file_replace(path, 0600, hv_buf_bytes(&facts.text), err);
    hv_facts_release(&facts);
    return st;
}

/* ------------------------------------------------------------- reading -- */

static bool
read_note(const struct hv_facts *facts, size_t nth, const char *text,
          struct hv_token_book *book)
{
    struct hv_token_note note = { 0 }, *made;
    char app[40], name[HV_TOKEN_NAME];
    int gone, second, stopped;

    if (sscanf(text,
               "%39s %63s %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
               " %d %" SCNd64 " %" SCNd64 " %" SCNd64 " %d %d %d",
               app, name, &note.added_ms, &note.ends_ms, &note.good_ms,
               &note.checked_ms, &note.code, &note.refused_ms,
               &note.refused_good_ms, &note.refused_ends_ms, &gone, &second,
               &stopped) != 13 ||
        hv_guid_parse(app, &note.app) || hv_token_name_check(name, NULL) ||
        hv_token_note_find(book, &note.app, name) ||
        !hv_facts_get(facts, "actionqs", nth, note.actionqs,
                      sizeof(note.actionqs)) ||
        hv_token_note_make(book, &note.app, name, &made, NULL))
        return false;
    hv_copy(note.name, sizeof(note.name), name);
    note.is_gone = gone != 0;
    note.is_second = second != 0;
    note.is_stopped = stopped != 0;
    *made = note;
    return true;
}

/* A book of before has none of it: then nothing is known. */
static bool
read_window_more(const struct hv_facts *facts, size_t nth,
                 struct hv_window *window)
{
    char text[64];

    if (!hv_facts_get(facts, "window-more", nth, text, sizeof(text)))
        return true;
    return sscanf(text, "%" SCNd64 " %u", &window->slack_ms,
                  &window->checked) == 2 &&
           window->slack_ms >= 0 && window->slack_ms <= window->at_ms &&
           window->slack_ms <= INT64_MAX - window->at_ms - window->for_ms;
}

static bool
read_drill(const struct hv_facts *facts, size_t nth, const char *text,
           struct hv_token_book *book)
{
    struct hv_drill drill = { 0 };
    int is_real;

    if (sscanf(text, "%63s %" SCNd64 " %d %u", drill.window, &drill.at_ms,
               &is_real, &drill.passed) != 4 ||
        hv_token_name_check(drill.window, NULL) || drill.at_ms <= 0 ||
        !hv_facts_get(facts, "drill-platform", nth, drill.platform,
                      sizeof(drill.platform)))
        return false;
    drill.is_real = is_real != 0;
    drill.passed &= HV_DRILL_ALL;
    hv_drill_add(book, &drill);
    return true;
}

static bool
read_window(const struct hv_facts *facts, size_t nth, const char *text,
            struct hv_token_book *book)
{
    struct hv_window window = { 0 };
    char kind[24];

    return sscanf(text, "%63s %23s %" SCNd64 " %" SCNd64 " %" SCNd64,
                  window.name, kind, &window.at_ms, &window.for_ms,
                  &window.made_ms) == 5 &&
           !hv_token_name_check(window.name, NULL) &&
           hv_window_kind_parse(kind, &window.kind) && window.at_ms > 0 &&
           window.for_ms > 0 && window.at_ms <= INT64_MAX - window.for_ms &&
           hv_facts_get(facts, "platform", nth, window.platform,
                        sizeof(window.platform)) &&
           read_window_more(facts, nth, &window) &&
           !hv_window_add(book, &window, NULL);
}

static bool
read_all(const struct hv_facts *facts, struct hv_token_book *book)
{
    char text[512];

    if (hv_facts_get_int(facts, "format", 0) != FORMAT)
        return false;
    for (size_t i = 0; hv_facts_get(facts, "window", i, text, sizeof(text));
         i++)
        if (!read_window(facts, i, text, book))
            return false;
    for (size_t i = 0; hv_facts_get(facts, "drill", i, text, sizeof(text)); i++)
        if (!read_drill(facts, i, text, book))
            return false;
    for (size_t i = 0; hv_facts_get(facts, "token", i, text, sizeof(text)); i++)
        if (!read_note(facts, i, text, book))
            return false;
    return true;
}

static enum hv_status
load(const char *path, struct hv_token_book *out, struct hv_error *err)
{
    struct hv_facts facts = { 0 };
    enum hv_status st;

    *out = (struct hv_token_book){ 0 };
    st = hv_file_read(path, MAX_BOOK, &facts.text, NULL);
    if (st == HV_ERR_NOT_FOUND) {
        st = HV_OK;
    } else if (st) {
        st = hv_fail(err, st, "cannot read %s", path);
    } else if (!read_all(&facts, out)) {
        hv_token_book_release(out);
        st = hv_fail(err, HV_ERR_DAMAGED,
                     "%s is not a notebook about tokens and maintenance", path);
        hv_hint(err, "move it away: the tokens themselves are in the keystore");
    }
    hv_facts_release(&facts);
    return st;
}

enum hv_status
hv_token_book_load(const char *store, struct hv_token_book *out,
                   struct hv_error *err)
{
    char path[HV_STORE_PATH];
    enum hv_status st = hv_store_path(store, NAME, path, err);

    return st ? st : load(path, out, err);
}

enum hv_status
hv_token_book_edit(const char *store, hv_token_book_fn fn, void *arg,
                   struct hv_error *err)
{
    char path[HV_STORE_PATH];
    struct hv_token_book book = { 0 };
    int lock = -1;
    enum hv_status st = hv_store_path(store, NAME, path, err);

    if (!st)
        st = hv_store_lock(store, NAME, &lock, err);
    if (!st)
        st = load(path, &book, err);
    if (!st)
        st = fn(&book, arg, err);
    if (!st)
        st = save(path, &book, err);
    hv_token_book_release(&book);
    if (lock >= 0)
        close(lock);
    return st;
}

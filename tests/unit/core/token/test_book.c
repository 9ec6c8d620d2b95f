/*
 * test_book.c - the notebook on the disk: what makes no sense, there and back,
 * two writers.
 */
#include "hvconsole/file.h"
#include "hvconsole/token.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64], path[96];
static const struct hv_guid app = { { 1 } };

static void
start(void)
{
    hv_copy(dir, sizeof(dir), "/tmp/hv-book.XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/maintenance", dir);
}

static void
stop(void)
{
    char lock[112];

    snprintf(lock, sizeof(lock), "%s.lock", path);
    unlink(lock);
    unlink(path);
    rmdir(dir);
}

TestSuite(token_book, .init = start, .fini = stop);

Test(token_book, refuses_what_makes_no_sense)
{
#define APP "01000000-0000-0000-0000-000000000000"
#define OK_NOTE                                                                \
    "token=" APP "%20a%201%202%203%204%200%200%200%200%200%200%200\n"
    static const char *const texts[] = {
        "format=2\n",
        "nothing\n",
        "format=1\ntoken=x\nactionqs=\n",
        "format=1\n" OK_NOTE,                                  /* no actionqs */
        "format=1\n" OK_NOTE OK_NOTE "actionqs=\nactionqs=\n", /* twice */
        "format=1\ntoken=" APP
        "%20../x%201%202%203%204%200%200%200%200%200%200%200\nactionqs=\n",
        "format=1\nwindow=a%20outage%200%205%201\nplatform=p\n",
        "format=1\nwindow=a%20outage%205%200%201\nplatform=p\n",
        "format=1\nwindow=a%20outage%205%209223372036854775807%201\n"
        "platform=p\n",
        "format=1\nwindow=a%20flood%205%205%201\nplatform=p\n",
        "format=1\nwindow=a%20outage%205%205%201\n",
        "format=1\nwindow=a%20outage%205%205%201\nplatform=p\n"
        "window-more=x\n",
        "format=1\nwindow=a%20outage%205%205%201\nplatform=p\n"
        "window-more=6%200\n", /* before the beginning of time */
        "format=1\nwindow=a%20outage%205%205%201\nplatform=p\n"
        "window-more=-1%200\n",
        "format=1\ndrill=../a%205%200%200\ndrill-platform=p\n",
        "format=1\ndrill=a%200%200%200\ndrill-platform=p\n",
        "format=1\ndrill=a%205%200%200\n",
        "format=1\nwindow=a%20outage%205%205%201\nplatform=p\n"
        "window=a%20outage%206%205%201\nplatform=p\n",
    };

    for (size_t i = 0; i < HV_LEN(texts); i++) {
        struct hv_token_book book;
        struct hv_error err = { 0 };

        unlink(path);
        cr_assert_eq(hv_file_create(path, 0600, hv_bytes_str(texts[i]), NULL),
                     HV_OK);
        cr_expect_eq(hv_token_book_load(dir, &book, &err), HV_ERR_DAMAGED,
                     "row %zu", i);
        cr_expect_null(book.notes, "row %zu", i);
        cr_expect_neq(err.hint[0], '\0', "row %zu", i);
    }
}

/* As it was written before windows knew more. */
Test(token_book, a_book_of_before_is_read)
{
    struct hv_token_book book;

    cr_assert_eq(
        hv_file_create(path, 0600,
                       hv_bytes_str("format=1\nwindow=a%20outage%205%205%201\n"
                                    "platform=p\n"),
                       NULL),
        HV_OK);
    cr_assert_eq(hv_token_book_load(dir, &book, NULL), HV_OK);
    cr_assert_eq(book.windows_len, 1);
    cr_expect_eq(book.windows[0].slack_ms, 0);
    cr_expect_eq(book.drills_len, 0);
    hv_token_book_release(&book);
}

Test(token_book, a_missing_file_is_empty)
{
    struct hv_token_book book;

    cr_assert_eq(hv_token_book_load(dir, &book, NULL), HV_OK);
    cr_expect_eq(book.notes_len + book.windows_len, 0);
}

static enum hv_status
fill(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    struct hv_token_note *note;
    struct hv_window window = {
        .kind = HV_WINDOW_OUTAGE, .at_ms = 500, .for_ms = 60000, .made_ms = 3
    };
    struct hv_drill drill = {
        .window = "sooner", .at_ms = 9, .is_real = true, .passed = 11
    };

    (void)arg;
    cr_assert_eq(hv_token_note_make(book, &app, "alice", &note, err), HV_OK);
    hv_token_came(note, 77, "/a?b=c d%20&\xc3\xa4\n", 11);
    hv_token_answered(note, 7, 12);
    note->is_stopped = note->is_second = true;
    cr_assert_eq(hv_token_note_make(book, &app, "bob", &note, err), HV_OK);
    hv_copy(window.platform, sizeof(window.platform), "https://p/x?y=z");
    hv_copy(window.name, sizeof(window.name), "later");
    cr_assert_eq(hv_window_add(book, &window, err), HV_OK);
    hv_copy(window.name, sizeof(window.name), "sooner");
    window.at_ms = 400;
    window.kind = HV_WINDOW_TOKEN_KEYS;
    window.slack_ms = 100;
    window.checked = 5;
    cr_assert_eq(hv_window_add(book, &window, err), HV_OK);
    hv_copy(drill.platform, sizeof(drill.platform), "https://p/x?y=z");
    hv_drill_add(book, &drill);
    cr_assert_eq(hv_window_add(book, &window, NULL), HV_ERR_RULE);
    return HV_OK;
}

Test(token_book, there_and_back)
{
    struct hv_token_book book, again;
    struct stat info;

    cr_assert_eq(hv_token_book_edit(dir, fill, NULL, NULL), HV_OK);
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    cr_assert_eq(hv_token_book_load(dir, &book, NULL), HV_OK);
    cr_assert_eq(book.notes_len, 2);
    cr_assert_eq(book.windows_len, 2);
    cr_expect_str_eq(book.windows[0].name, "sooner");
    cr_expect_eq(book.windows[0].kind, HV_WINDOW_TOKEN_KEYS);
    cr_expect_eq(book.windows[0].slack_ms, 100);
    cr_expect_eq(book.windows[0].checked, 5);
    cr_expect_str_eq(book.windows[1].platform, "https://p/x?y=z");
    cr_expect_eq(book.windows[1].checked, 0);
    cr_assert_eq(book.drills_len, 1);
    cr_expect_str_eq(book.drills[0].window, "sooner");
    cr_expect(book.drills[0].is_real);
    cr_expect_eq(book.drills[0].passed, 11);
    again = (struct hv_token_book){ 0 };
    fill(&again, NULL, NULL);
    cr_expect_arr_eq(&book.notes[0], &again.notes[0], sizeof(again.notes[0]));
    hv_token_note_remove(&book, &book.notes[0]);
    cr_expect_null(hv_token_note_find(&book, &app, "alice"));
    cr_expect_not_null(hv_token_note_find(&book, &app, "bob"));
    hv_window_remove(&book, &book.windows[0]);
    cr_expect_null(hv_window_find(&book, "sooner"));
    cr_expect_not_null(hv_window_find(&book, "later"));
    hv_token_book_release(&book);
    hv_token_book_release(&again);
}

static enum hv_status
refuse(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    (void)arg;
    book->notes_len = 0;
    return hv_fail(err, HV_ERR_RULE, "no");
}

static enum hv_status
add_one(struct hv_token_book *book, void *arg, struct hv_error *err)
{
    struct hv_token_note *note;

    return hv_token_note_make(book, &app, arg, &note, err);
}

Test(token_book, what_fails_is_not_written)
{
    struct hv_token_book book;

    cr_assert_eq(hv_token_book_edit(dir, fill, NULL, NULL), HV_OK);
    cr_assert_eq(hv_token_book_edit(dir, refuse, NULL, NULL), HV_ERR_RULE);
    cr_assert_eq(hv_token_book_load(dir, &book, NULL), HV_OK);
    cr_expect_eq(book.notes_len, 2);
    hv_token_book_release(&book);
}

/* Nobody's change is lost. */
Test(token_book, many_writers)
{
    struct hv_token_book book;
    pid_t children[4];

    for (int c = 0; c < 4; c++) {
        children[c] = fork();
        if (children[c] == 0) {
            for (int i = 0; i < 10; i++) {
                char name[24];

                snprintf(name, sizeof(name), "u%d-%d", c, i);
                if (hv_token_book_edit(dir, add_one, name, NULL))
                    _exit(1);
            }
            _exit(0);
        }
    }
    for (int c = 0; c < 4; c++) {
        int status = -1;

        cr_assert_eq(waitpid(children[c], &status, 0), children[c]);
        cr_expect_eq(status, 0, "%x", (unsigned)status);
    }
    cr_assert_eq(hv_token_book_load(dir, &book, NULL), HV_OK);
    cr_expect_eq(book.notes_len, 40);
    hv_token_book_release(&book);
}

/* As many as there may be, in a time nobody notices. */
Test(token_book, is_bounded)
{
    struct hv_token_book book = { 0 };
    struct hv_token_note *note;
    char name[24];

    for (int i = 0; i <= HV_MAX_TOKENS; i++) {
        snprintf(name, sizeof(name), "u%d", i);
        cr_assert_eq(hv_token_note_make(&book, &app, name, &note, NULL),
                     i < HV_MAX_TOKENS ? HV_OK : HV_ERR_LIMIT);
    }
    hv_token_book_release(&book);
}

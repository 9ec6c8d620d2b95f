/*
 * cmd_test_matrix.c - `test matrix`: every kind of message to every
 * destination, against the answer that is expected. Called through the table.
 */
#include "tui/command/cmd_test.h"

#include "tui/command/nouns/test.h"

#include <string.h>

#define FAKES    3
#define MAX_AIMS 6

const struct hv_column test_columns[] = {
    { "mode", "MODE", HV_COL_NAME },
    { "items", "ITEMS", 0 },
    { "to", "TO", 0 },
    { "url", "URL", HV_COL_WIDE },
    { "status", "STATUS", HV_COL_RIGHT },
    { "expected", "EXPECTED", HV_COL_RIGHT },
    { "pass", "PASS", HV_COL_PAINT },
    { "platform", "PLATFORM", 0 },
    { "ms", "MS", HV_COL_RIGHT },
    { "note", "NOTE", 0 },
    { 0 },
};

struct matrix {
    struct sender_aim aims[MAX_AIMS];
    size_t len;
    struct hv_guid things[SENDER_THINGS];
    struct sender_shot real; /* whose things they are; things_len 0 = none */
    int run, failed;
};

/* One cell; what cannot be composed here (no older key) is skipped, and said. */
static enum hv_status
try_cell(struct hv_cmd *cmd, const struct sender_shot *shot,
         struct matrix *matrix, struct hv_exchange *seen, struct hv_error *err)
{
    struct sender_result result = { 0 };
    struct hv_error why = { 0 };
    struct hv_node *node;
    enum hv_status st = sender_shoot(cmd->session, shot, &result, &why);

    if (st && st != HV_ERR_NOT_FOUND) {
        if (err && !err->status)
            *err = why;
        return st;
    }
    node = hv_out_item(cmd->out);
    test_tell_shot(node, shot);
    hv_exchange_make(shot, st ? NULL : &result, &why, seen);
    if (st) {
        hv_node_null(node, "status");
        hv_node_null(node, "pass");
        hv_node_text(node, "note", why.why);
        return HV_OK;
    }
    test_tell_result(node, &result);
    matrix->run++;
    matrix->failed += !result.verdict.passes;
    sender_result_release(&result);
    return HV_OK;
}

/* Whose items go into the message of a cell; false: there are none here. */
static bool
fill(const struct matrix *matrix, enum sender_items items,
     struct sender_shot *shot)
{
    shot->fakes = items == SENDER_FAKE ? FAKES : 0;
    shot->things = NULL;
    shot->things_len = 0;
    if (items != SENDER_REAL)
        return true;
    shot->person = matrix->real.person;
    shot->record = matrix->real.record;
    shot->things = matrix->things;
    shot->things_len = matrix->real.things_len;
    return shot->things_len > 0;
}

static enum hv_status
try_all(struct hv_cmd *cmd, const struct sender_shot *base, size_t column,
        struct matrix *matrix, struct hv_error *err)
{
    struct sender_cell cell;
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && sender_cell(i, &cell); i++) {
        struct sender_shot shot = *base;
        struct hv_exchange seen = { 0 };

        if (cmd->session->is_cancelled)
            return hv_fail(err, HV_ERR_CANCELLED,
                           "stopped after %d messages, %d not as expected",
                           matrix->run, matrix->failed);
        shot.aim = &matrix->aims[column];
        shot.mode = cell.mode;
        if (!fill(matrix, cell.items, &shot))
            continue;
        st = try_cell(cmd, &shot, matrix, &seen, err);
        seen.cell = (int)i;
        seen.column = (int)column;
        if (!st)
            test_show(cmd, &seen);
    }
    return st;
}

/* ---- destinations ---- */

/* Those given, else the subscription's URL and the listener beside it. */
static enum hv_status
find_aims(struct hv_cmd *cmd, const struct hv_guid *sub, struct matrix *matrix,
          struct hv_error *err)
{
    struct hv_words words = { 0 };
    enum hv_status st = HV_OK;

    if (hv_cmd_has(cmd, "--to")) {
        st = hv_cmd_list(cmd, "--to", &words, err);
        if (!st && words.len > MAX_AIMS)
            st = hv_fail(err, HV_ERR_USAGE, "--to takes at most %d of them",
                         MAX_AIMS);
        for (int i = 0; !st && i < words.len; i++)
            st = sender_aim(cmd->session, sub, words.items[i],
                            &matrix->aims[matrix->len++], err);
        hv_words_release(&words);
        return st;
    }
    st = sender_aim(cmd->session, sub, "sub", &matrix->aims[0], err);
    matrix->len = 1;
    if (!st && !matrix->aims[0].is_listener &&
        sender_aim(cmd->session, sub, "listener", &matrix->aims[1], NULL) ==
            HV_OK)
        matrix->len = 2;
    return st;
}

enum hv_status
cmd_test_matrix(struct hv_cmd *cmd, struct hv_error *err)
{
    const char *record = hv_cmd_text(cmd, "--record");
    struct sender_shot shot = { 0 };
    struct matrix matrix = { 0 };
    enum hv_status st =
        sender_sub(cmd->session, hv_cmd_text(cmd, "--sub"), &shot.sub, err);

    test_read_where(cmd, &shot);
    if (!st)
        st = find_aims(cmd, &shot.sub, &matrix, err);
    if (!st && record)
        st = sender_things(cmd->session, record, matrix.things, &matrix.real,
                           err);
    if (!st && hv_cmd_is_dry(cmd)) {
        for (size_t i = 0; i < matrix.len; i++)
            hv_cmd_talk(cmd, "would send every kind of message to %s",
                        matrix.aims[i].url);
        return HV_OK;
    }
    for (size_t i = 0; !st && i < matrix.len; i++)
        st = try_all(cmd, &shot, i, &matrix, err);
    if (!st && matrix.failed)
        st = hv_fail(err, HV_ERR_VERIFY,
                     "%d of %d messages were not answered "
                     "as they should be",
                     matrix.failed, matrix.run);
    return st;
}

/*
 * test_settle.c - every cell of the table that says what a fresh list of the
 * platform means: status x intent x what is shown x how old the list may be.
 */
#include "core/rotate/rotate_in.h"

#include <criterion/criterion.h>

#include <string.h>

static const enum hv_sub_status statuses[] = { HV_SUB_LIVE, HV_SUB_GONE,
                                               HV_SUB_DRIFT, HV_SUB_DRAFT };

/* Cell number @n of all there are; false past the last. */
static bool
cell_at(unsigned n, struct rotate_cell *cell)
{
    cell->is_settled = n & 1;
    n /= 2;
    cell->intent = (enum hv_intent)(n % 3);
    n /= 3;
    cell->shown = (enum rotate_shown)(n % SHOWN_COUNT);
    n /= SHOWN_COUNT;
    if (n >= HV_LEN(statuses))
        return false;
    cell->status = statuses[n];
    return true;
}

/* One letter per (status, shown), for a list that is not settled and one that
 * is: N nothing, C confirm, P promote, G gone, B back, A adopt, D drop; and what
 * is said, m moved, ! critical. Intents make no difference here: an open one is
 * resume's matter. Columns: unread, nothing, active, pending, other, retired,
 * unknown, other bytes. */
static const struct {
    enum hv_sub_status status;
    bool is_settled;
    const char *cells[SHOWN_COUNT];
} expected[] = {
    { HV_SUB_LIVE, false, { "N", "N", "C", "P", "C", "C!", "C!", "C!" } },
    { HV_SUB_LIVE, true, { "N", "G", "C", "P", "Cm", "C!", "C!", "C!" } },
    { HV_SUB_DRIFT, false, { "N", "N", "C", "P", "C", "C!", "C!", "C!" } },
    { HV_SUB_DRIFT, true, { "N", "G", "C", "P", "Cm", "C!", "C!", "C!" } },
    { HV_SUB_GONE, false, { "N", "N", "N", "P", "N", "C!", "C!", "C!" } },
    { HV_SUB_GONE, true, { "B", "N", "B", "P", "B", "B!", "B!", "B!" } },
    { HV_SUB_DRAFT, false, { "N", "N", "N", "A", "N", "N", "N", "N" } },
    { HV_SUB_DRAFT, true, { "D", "D", "D", "A", "D", "D", "D", "D" } },
};

static const char *
expected_of(const struct rotate_cell *cell)
{
    for (size_t i = 0; i < HV_LEN(expected); i++) {
        if (expected[i].status == cell->status &&
            expected[i].is_settled == cell->is_settled)
            return expected[i].cells[cell->shown];
    }
    return "?";
}

Test(settle, every_cell)
{
    static const char changes[] = "NCPGBAD";
    static const char says[] = { 0, 'm', '!' };
    struct rotate_cell cell;
    unsigned n;

    for (n = 0; cell_at(n, &cell); n++) {
        struct rotate_settlement got = rotate_settle(&cell);
        char text[3] = { changes[got.change], says[got.say], 0 };

        cr_expect_str_eq(text, expected_of(&cell),
                         "status %d, intent %d, shown %d, settled %d",
                         (int)cell.status, (int)cell.intent, (int)cell.shown,
                         cell.is_settled);
    }
    cr_expect_eq(n, 4 * 3 * SHOWN_COUNT * 2);
}

Test(settle, nothing_is_promoted_or_adopted_that_is_not_shown)
{
    struct rotate_cell cell;

    for (unsigned n = 0; cell_at(n, &cell); n++) {
        struct rotate_settlement got = rotate_settle(&cell);

        if (got.change == CHANGE_PROMOTE || got.change == CHANGE_ADOPT)
            cr_expect_eq(cell.shown, SHOWN_PENDING, "%u", n);
        if (got.change == CHANGE_GONE)
            cr_expect(cell.shown == SHOWN_NOTHING && cell.is_settled, "%u", n);
        if (cell.shown == SHOWN_UNKNOWN && cell.status != HV_SUB_DRAFT)
            cr_expect_eq(got.say, SAY_CRITICAL, "%u: not said", n);
    }
}

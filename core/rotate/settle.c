/*
 * settle.c - what a fresh list of the platform means for one subscription:
 * what the keystore is to note, and what a person must hear. One table, pure.
 * Called by reconcile.c.
 */
#include "core/rotate/rotate_in.h"

#define ANY (-1)
#define NO  0
#define YES 1

/*
 * The first row that fits is taken. A draft counts as PENDING when the platform
 * shows what it became, and as settled after a day; every other one as settled
 * when nothing was noted about it so lately that the list may be older.
 * What the platform shows is never argued with, only noted: no row takes a key
 * away, and none announces one.
 */
static const struct {
    int status;
    int intent;
    int shown;
    int is_settled;
    enum rotate_change change;
    enum rotate_say say;
} rows[] = {
    { HV_SUB_DRAFT, ANY, SHOWN_PENDING, ANY, CHANGE_ADOPT, SAY_NOTHING },
    { HV_SUB_DRAFT, ANY, ANY, NO, CHANGE_NONE, SAY_NOTHING },
    { HV_SUB_DRAFT, ANY, ANY, YES, CHANGE_DROP, SAY_NOTHING },

    /* The announcement of an open intent arrived; or somebody went back to a
     * key that was made here and never announced: it is ours all the same. */
    { ANY, ANY, SHOWN_PENDING, ANY, CHANGE_PROMOTE, SAY_NOTHING },

    { HV_SUB_GONE, ANY, SHOWN_NOTHING, ANY, CHANGE_NONE, SAY_NOTHING },
    { ANY, ANY, SHOWN_NOTHING, NO, CHANGE_NONE, SAY_NOTHING },
    { ANY, ANY, SHOWN_NOTHING, YES, CHANGE_GONE, SAY_NOTHING },

    { HV_SUB_GONE, ANY, SHOWN_UNKNOWN, YES, CHANGE_BACK, SAY_CRITICAL },
    { HV_SUB_GONE, ANY, SHOWN_RETIRED, YES, CHANGE_BACK, SAY_CRITICAL },
    { HV_SUB_GONE, ANY, SHOWN_OTHER_BYTES, YES, CHANGE_BACK, SAY_CRITICAL },
    { ANY, ANY, SHOWN_UNKNOWN, ANY, CHANGE_CONFIRM, SAY_CRITICAL },
    { ANY, ANY, SHOWN_RETIRED, ANY, CHANGE_CONFIRM, SAY_CRITICAL },
    { ANY, ANY, SHOWN_OTHER_BYTES, ANY, CHANGE_CONFIRM, SAY_CRITICAL },

    { HV_SUB_GONE, ANY, ANY, NO, CHANGE_NONE, SAY_NOTHING },
    { HV_SUB_GONE, ANY, ANY, YES, CHANGE_BACK, SAY_NOTHING },

    { ANY, ANY, SHOWN_OTHER, NO, CHANGE_CONFIRM, SAY_NOTHING },
    { ANY, ANY, SHOWN_OTHER, YES, CHANGE_CONFIRM, SAY_MOVED },
    /* An open intent is resume's matter. */
    { ANY, ANY, SHOWN_ACTIVE, ANY, CHANGE_CONFIRM, SAY_NOTHING },
};

static bool
fits(int want, int is)
{
    return want == ANY || want == is;
}

struct rotate_settlement
rotate_settle(const struct rotate_cell *cell)
{
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        if (fits(rows[i].status, (int)cell->status) &&
            fits(rows[i].intent, (int)cell->intent) &&
            fits(rows[i].shown, (int)cell->shown) &&
            fits(rows[i].is_settled, cell->is_settled))
            return (struct rotate_settlement){ rows[i].change, rows[i].say };
    }
    return (struct rotate_settlement){ CHANGE_NONE, SAY_NOTHING };
}

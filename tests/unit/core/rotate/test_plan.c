/*
 * test_plan.c - the plan of a rotation, by its laws: every state has an
 * answer, and no answer announces too early or believes too much.
 */
#include "core/rotate/rotate_in.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>

#include <string.h>

/* State number @n of all there are; false past the last. */
static bool
state_at(unsigned n, struct rotate_state *state)
{
    state->intent = (enum hv_intent)(n % 3);
    n /= 3;
    state->shown = (enum rotate_shown)(n % SHOWN_COUNT);
    n /= SHOWN_COUNT;
    state->phase = (enum rotate_phase)(n % PHASE_COUNT);
    n /= PHASE_COUNT;
    state->is_heard = n & 1;
    state->may_look = n & 2;
    state->may_adopt = n & 4;
    state->may_take_back = n & 8;
    return n < 16;
}

/* What a person agreed to announce over counts as our own active key. */
static bool
is_base(const struct rotate_state *s)
{
    return s->shown == SHOWN_ACTIVE ||
           (s->may_take_back &&
            (s->shown == SHOWN_UNKNOWN || s->shown == SHOWN_RETIRED ||
             s->shown == SHOWN_OTHER_BYTES));
}

Test(plan, announces_only_what_is_saved_and_believes_only_what_is_shown)
{
    struct rotate_state s;
    unsigned counts[NEXT_COUNT] = { 0 };

    for (unsigned n = 0; state_at(n, &s); n++) {
        enum rotate_next next = rotate_next(&s);

        cr_assert_lt(next, NEXT_COUNT);
        counts[next]++;
        cr_expect_eq(next == NEXT_PROMOTE, s.shown == SHOWN_PENDING, "%u", n);
        if (next == NEXT_ANNOUNCE)
            cr_expect(s.intent == HV_INTENT_SUBMITTED &&
                          s.phase == PHASE_ARMED && is_base(&s),
                      "%u", n);
        if (next == NEXT_SUBMIT)
            cr_expect(s.is_heard && is_base(&s) && s.intent != HV_INTENT_NONE,
                      "%u", n);
        if (next == NEXT_SUBMIT && s.intent == HV_INTENT_SUBMITTED)
            cr_expect(s.phase != PHASE_ARMED && s.phase != PHASE_SENT_AGAIN &&
                          !s.may_look,
                      "%u: sent again without having looked, or too often", n);
        if (next == NEXT_STAGE)
            cr_expect(s.intent == HV_INTENT_NONE && is_base(&s), "%u", n);
        cr_expect_eq(next == NEXT_ADOPT,
                     s.shown == SHOWN_OTHER && s.may_adopt &&
                         s.intent == HV_INTENT_NONE,
                     "%u: adopted unasked, or under an announcement", n);
        if (next == NEXT_GIVE_UP)
            cr_expect(s.phase == PHASE_SENT_AGAIN && !s.may_look, "%u", n);
        if (next == NEXT_LISTENER)
            cr_expect_not(s.is_heard, "%u", n);
        if (next == NEXT_STOP)
            cr_expect(s.shown != SHOWN_UNREAD && !is_base(&s) &&
                          s.shown != SHOWN_PENDING,
                      "%u", n);
    }
    for (size_t i = 0; i < NEXT_COUNT; i++)
        cr_expect_gt(counts[i], 0, "step %zu is never taken", i);
}

/*
 * Each cell by hand: intent x phase x heard x may look, and a letter for each
 * thing the platform may show: unread, nothing, active, pending, other, retired,
 * unknown, other bytes. r read, s stage, l listener, u submit, a announce,
 * k look again, p promote, g give up, x stop.
 */
static const struct {
    enum hv_intent intent;
    enum rotate_phase phase;
    const char *cells; /* not heard, heard; the same when it may look */
} expected[] = {
    { HV_INTENT_NONE, PHASE_OPEN, "rxspxxxx rxspxxxx rxspxxxx rxspxxxx" },
    { HV_INTENT_NONE, PHASE_ARMED, "rxspxxxx rxspxxxx rxspxxxx rxspxxxx" },
    { HV_INTENT_NONE, PHASE_SENT, "rxspxxxx rxspxxxx rxspxxxx rxspxxxx" },
    { HV_INTENT_NONE, PHASE_SENT_AGAIN, "rxspxxxx rxspxxxx rxspxxxx rxspxxxx" },
    { HV_INTENT_PREPARED, PHASE_OPEN, "lxlpxxxx rxupxxxx lxlpxxxx rxupxxxx" },
    { HV_INTENT_PREPARED, PHASE_ARMED, "lxlpxxxx rxupxxxx lxlpxxxx rxupxxxx" },
    { HV_INTENT_PREPARED, PHASE_SENT, "lxlpxxxx rxupxxxx lxlpxxxx rxupxxxx" },
    { HV_INTENT_PREPARED, PHASE_SENT_AGAIN,
      "lxlpxxxx rxupxxxx lxlpxxxx rxupxxxx" },
    { HV_INTENT_SUBMITTED, PHASE_OPEN, "rxlpxxxx rxupxxxx rxkpxxxx rxkpxxxx" },
    { HV_INTENT_SUBMITTED, PHASE_ARMED, "rxapxxxx rxapxxxx rxapxxxx rxapxxxx" },
    { HV_INTENT_SUBMITTED, PHASE_SENT, "rxlpxxxx rxupxxxx rxkpxxxx rxkpxxxx" },
    { HV_INTENT_SUBMITTED, PHASE_SENT_AGAIN,
      "rxgpxxxx rxgpxxxx rxkpxxxx rxkpxxxx" },
};

/* .. and what a person's agreement makes of it. */
static char
expected_of(const struct rotate_state *s)
{
    enum rotate_shown shown = is_base(s) ? SHOWN_ACTIVE : s->shown;

    if (s->shown == SHOWN_OTHER && s->may_adopt && s->intent == HV_INTENT_NONE)
        return 'o';
    for (size_t i = 0; i < HV_LEN(expected); i++) {
        if (expected[i].intent == s->intent && expected[i].phase == s->phase)
            return expected[i]
                .cells[9 * (2 * s->may_look + s->is_heard) + shown];
    }
    return '?';
}

Test(plan, every_cell)
{
    static const char letters[] = {
        [NEXT_READ] = 'r',       [NEXT_ADOPT] = 'o',   [NEXT_STAGE] = 's',
        [NEXT_LISTENER] = 'l',   [NEXT_SUBMIT] = 'u',  [NEXT_ANNOUNCE] = 'a',
        [NEXT_LOOK_AGAIN] = 'k', [NEXT_PROMOTE] = 'p', [NEXT_GIVE_UP] = 'g',
        [NEXT_STOP] = 'x',
    };
    struct rotate_state s;
    unsigned n;

    for (n = 0; state_at(n, &s); n++)
        cr_expect_eq(letters[rotate_next(&s)], expected_of(&s),
                     "intent %d, shown %d, phase %d, heard %d, may look %d, "
                     "adopt %d, take back %d: %c, not %c",
                     (int)s.intent, (int)s.shown, (int)s.phase, s.is_heard,
                     s.may_look, s.may_adopt, s.may_take_back,
                     letters[rotate_next(&s)], expected_of(&s));
    cr_expect_eq(n, 3 * SHOWN_COUNT * PHASE_COUNT * 16);
}

/* What a step changes when all goes well, or when the platform never shows
 * anything new. */
static void
take(struct rotate_state *s, enum rotate_next next, bool is_taken, int *sent)
{
    switch (next) {
    case NEXT_READ:
        s->shown = *sent && is_taken ? SHOWN_PENDING : SHOWN_ACTIVE;
        break;
    case NEXT_ADOPT:
        s->shown = SHOWN_UNREAD;
        break;
    case NEXT_STAGE:
        s->intent = HV_INTENT_PREPARED;
        s->shown = SHOWN_UNREAD;
        break;
    case NEXT_LISTENER:
        s->is_heard = true;
        break;
    case NEXT_SUBMIT:
        s->intent = HV_INTENT_SUBMITTED;
        s->phase = PHASE_ARMED;
        s->may_look = true;
        break;
    case NEXT_ANNOUNCE:
        s->phase = (*sent)++ ? PHASE_SENT_AGAIN : PHASE_SENT;
        s->shown = SHOWN_UNREAD;
        break;
    case NEXT_LOOK_AGAIN:
        s->may_look = false;
        break;
    default:
        break;
    }
}

Test(plan, every_start_comes_to_an_end)
{
    struct rotate_state start;

    for (unsigned n = 0; state_at(n, &start); n++) {
        for (int is_taken = 0; is_taken < 2; is_taken++) {
            struct rotate_state s = start;
            enum rotate_next next = NEXT_READ;
            int sent = 0;

            for (int i = 0; i < 20; i++) {
                next = rotate_next(&s);
                if (next == NEXT_PROMOTE || next == NEXT_GIVE_UP ||
                    next == NEXT_STOP)
                    break;
                take(&s, next, is_taken, &sent);
            }
            cr_expect(next == NEXT_PROMOTE || next == NEXT_GIVE_UP ||
                          next == NEXT_STOP,
                      "%u goes round in circles", n);
            cr_expect_leq(sent, 2, "%u", n);
            if (start.shown == SHOWN_UNREAD && start.phase == PHASE_OPEN)
                cr_expect_eq(next, is_taken ? NEXT_PROMOTE : NEXT_GIVE_UP, "%u",
                             n);
        }
    }
}

Test(plan, the_straight_way_has_its_steps_in_order)
{
    static const enum rotate_next way[] = {
        NEXT_READ,   NEXT_STAGE,    NEXT_LISTENER, NEXT_READ,
        NEXT_SUBMIT, NEXT_ANNOUNCE, NEXT_READ,     NEXT_PROMOTE,
    };
    struct rotate_state s = { .intent = HV_INTENT_NONE, .may_look = true };
    int sent = 0;

    for (size_t i = 0; i < HV_LEN(way); i++) {
        cr_assert_eq(rotate_next(&s), way[i], "step %zu", i);
        take(&s, way[i], true, &sent);
    }
}

Test(plan, an_unclear_failure_is_no_refusal)
{
    static const struct {
        enum hv_status status;
        int code;
        bool is_refusal;
    } rows[] = {
        { HV_ERR_NET, 0, false },
        { HV_ERR_CANCELLED, 0, false },
        { HV_ERR_FORMAT, 0, false }, /* an answer nobody understood */
        { HV_ERR_LIMIT, 0, false },
        { HV_ERR_PLATFORM, HV_CODE_FAILED, false },
        { HV_ERR_PLATFORM, HV_CODE_REQUEST_TIMED_OUT, false },
        { HV_ERR_PLATFORM, HV_CODE_MAINTENANCE, false },
        { HV_ERR_PLATFORM, 99999, false }, /* a code nobody knows */
        { HV_ERR_RULE, HV_CODE_SUB_LIMIT, true },
        { HV_ERR_RULE, HV_CODE_SUB_INVALID, true },
        { HV_ERR_NOT_FOUND, HV_CODE_SUB_NOT_FOUND, true },
        { HV_ERR_PLATFORM, HV_CODE_ACCESS_DENIED, true },
        { HV_ERR_TOKEN, HV_CODE_CREDENTIAL_EXPIRED, true },
        { HV_ERR_LOCKED, 0, true },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { .status = rows[i].status,
                                .platform_code = rows[i].code };

        cr_expect_eq(rotate_is_refusal(rows[i].status, &err),
                     rows[i].is_refusal, "row %zu", i);
    }
}

Test(plan, three_looks_fill_the_minute)
{
    cr_expect_eq(rotate_pause_ms(0, 1000, 1000), 5000);
    cr_expect_eq(rotate_pause_ms(1, 1000, 6000), 15000);
    cr_expect_eq(rotate_pause_ms(2, 1000, 21000), 40000);
    cr_expect_eq(rotate_pause_ms(2, 1000, 31000), 30000, "no longer");
    cr_expect_eq(rotate_pause_ms(3, 1000, 1000), -1, "not a fourth time");
    cr_expect_eq(rotate_pause_ms(0, 1000, 61000), -1, "it is long ago");
    cr_expect_eq(rotate_pause_ms(0, 0, 1790000000000), -1);
    cr_expect_eq(rotate_pause_ms(-1, 1000, 1000), -1);
    /* The clock was set back: the pauses stay what they are. */
    cr_expect_eq(rotate_pause_ms(2, 1790000000000, 1000), 40000);
}

Test(plan, each_complaint_says_what_and_what_to_do)
{
    static const struct {
        enum rotate_shown shown;
        enum hv_status status;
        const char *part;
    } rows[] = {
        { SHOWN_NOTHING, HV_ERR_NOT_FOUND, "has no subscription" },
        { SHOWN_UNKNOWN, HV_ERR_INCOMPLETE,
          "CRITICAL: the platform shows version v7 of" },
        { SHOWN_OTHER_BYTES, HV_ERR_INCOMPLETE, "other key bytes" },
        { SHOWN_RETIRED, HV_ERR_INCOMPLETE, "retired here" },
        { SHOWN_OTHER, HV_ERR_INCOMPLETE, "somebody moved it" },
    };
    struct hv_guid id = { .b = { 0xab } };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_sub platform = { .id = id, .version.id = "v7" };
        struct hv_error err = { 0 };

        cr_expect_eq(rotate_complain(rows[i].shown, &id, &platform, &err),
                     rows[i].status);
        cr_expect(strstr(err.why, rows[i].part), "%s", err.why);
        cr_expect(strstr(err.why, "ab000000-"), "%s", err.why);
        cr_expect(rows[i].status == HV_ERR_NOT_FOUND || err.hint[0]);
    }
}

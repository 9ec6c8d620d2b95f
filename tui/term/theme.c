/*
 * theme.c - how each role looks: with 256 colours, with 16, with none, and
 * with as much contrast as there is. Letters and words carry the meaning; colour only helps. Called by present.c.
 */
#include "tui/term/inside.h"

#include <curses.h>
#include <string.h>

/* fg and bg: colour numbers, -1 = the terminal's own. */
struct paint {
    short fg, bg;
    attr_t extra;
};

struct style {
    struct paint rich;  /* 256 colours */
    struct paint plain; /* 8 or 16 */
    attr_t mono;        /* none */
};

static const struct style styles[HV_ROLE_COUNT] = {
    [HV_ROLE_TEXT] = { { -1, -1, 0 }, { -1, -1, 0 }, 0 },
    [HV_ROLE_DIM] = { { 244, -1, 0 }, { -1, -1, A_DIM }, 0 },
    [HV_ROLE_STRONG] = { { -1, -1, A_BOLD }, { -1, -1, A_BOLD }, A_BOLD },
    [HV_ROLE_RULE] = { { 240, -1, 0 }, { -1, -1, A_DIM }, 0 },
    [HV_ROLE_TITLE] = { { 73, -1, A_BOLD },
                        { COLOR_CYAN, -1, A_BOLD },
                        A_BOLD },
    [HV_ROLE_HEAD] = { { 109, -1, 0 }, { COLOR_CYAN, -1, 0 }, A_UNDERLINE },
    [HV_ROLE_BAR] = { { 252, 236, 0 },
                      { COLOR_WHITE, COLOR_BLUE, 0 },
                      A_REVERSE },
    [HV_ROLE_BAR_STRONG] = { { 231, 236, A_BOLD },
                             { COLOR_WHITE, COLOR_BLUE, A_BOLD },
                             A_REVERSE | A_BOLD },
    [HV_ROLE_BAR_WARN] = { { 221, 236, A_BOLD },
                           { COLOR_YELLOW, COLOR_BLUE, A_BOLD },
                           A_REVERSE | A_BOLD },
    [HV_ROLE_PPE] = { { 232, 108, A_BOLD },
                      { COLOR_BLACK, COLOR_GREEN, 0 },
                      A_BOLD },
    [HV_ROLE_PROD] = { { 231, 160, A_BOLD },
                       { COLOR_WHITE, COLOR_RED, A_BOLD },
                       A_BOLD },
    [HV_ROLE_TAB] = { { 246, -1, 0 }, { -1, -1, 0 }, 0 },
    [HV_ROLE_TAB_ON] = { { 73, -1, A_BOLD | A_UNDERLINE },
                         { COLOR_CYAN, -1, A_BOLD | A_UNDERLINE },
                         A_BOLD | A_UNDERLINE },
    [HV_ROLE_KEY] = { { -1, -1, A_BOLD }, { -1, -1, A_BOLD }, A_BOLD },
    [HV_ROLE_HINT] = { { 246, -1, 0 }, { -1, -1, 0 }, 0 },
    [HV_ROLE_GOOD] = { { 71, -1, 0 }, { COLOR_GREEN, -1, 0 }, 0 },
    [HV_ROLE_NOTE] = { { 74, -1, 0 }, { COLOR_CYAN, -1, 0 }, 0 },
    [HV_ROLE_WARN] = { { 178, -1, A_BOLD },
                       { COLOR_YELLOW, -1, A_BOLD },
                       A_BOLD },
    [HV_ROLE_BAD] = { { 203, -1, A_BOLD },
                      { COLOR_RED, -1, A_BOLD },
                      A_BOLD | A_UNDERLINE },
    [HV_ROLE_FIELD] = { { -1, -1, A_UNDERLINE },
                        { -1, -1, A_UNDERLINE },
                        A_UNDERLINE },
    [HV_ROLE_FIELD_ON] = { { 231, 24, 0 },
                           { COLOR_BLACK, COLOR_CYAN, 0 },
                           A_REVERSE },
    [HV_ROLE_QR] = { { 16, 231, 0 },
                     { COLOR_BLACK, COLOR_WHITE, 0 },
                     A_REVERSE },
    [HV_ROLE_QR_DARK] = { { 231, 16, 0 }, { COLOR_WHITE, COLOR_BLACK, 0 }, 0 },
};

/* On the row of the cursor: the same foreground, lifted, on one background. */
static const short rich_select = 24;

static int color_count;

static enum { USUAL, CONTRAST, PLAIN, MONO } theme;

/* White on black, the few colours at their brightest, nothing dim. */
static struct paint
contrast_of(enum hv_role role)
{
    bool is_rich = color_count >= 256;
    short white = is_rich ? 231 : COLOR_WHITE;
    short black = is_rich ? 16 : COLOR_BLACK;

    switch (role) {
    case HV_ROLE_GOOD:
        return (struct paint){ is_rich ? 46 : COLOR_GREEN, black, A_BOLD };
    case HV_ROLE_NOTE:
        return (struct paint){ is_rich ? 51 : COLOR_CYAN, black, A_BOLD };
    case HV_ROLE_WARN:
    case HV_ROLE_BAR_WARN:
        return (struct paint){ is_rich ? 226 : COLOR_YELLOW, black, A_BOLD };
    case HV_ROLE_BAD:
    case HV_ROLE_PROD:
        return (struct paint){ white, is_rich ? 160 : COLOR_RED, A_BOLD };
    case HV_ROLE_PPE:
    case HV_ROLE_FIELD_ON:
    case HV_ROLE_TAB_ON:
        return (struct paint){ black, white, A_BOLD };
    case HV_ROLE_QR:
        return (struct paint){ black, white, 0 };
    case HV_ROLE_QR_DARK:
        return (struct paint){ white, black, 0 };
    case HV_ROLE_BAR:
    case HV_ROLE_BAR_STRONG:
        return (struct paint){ white, black, A_BOLD | A_UNDERLINE };
    default:
        return (struct paint){ white, black, styles[role].mono };
    }
}

static struct paint
paint_of(enum hv_role role)
{
    if (theme == CONTRAST)
        return contrast_of(role);
    return color_count >= 256 && theme != PLAIN ? styles[role].rich
                                                : styles[role].plain;
}

static short
pair_of(enum hv_role role, bool is_selected)
{
    return (short)(1 + (int)role * 2 + (is_selected ? 1 : 0));
}

/* On the blue of the cursor's row colours need more light; greys vanish. */
static short
lifted(short fg)
{
    static const struct {
        short from, to;
    } lifts[] = {
        { 71, 120 }, { 73, 123 }, { 74, 117 }, { 178, 222 }, { 203, 217 },
    };

    for (size_t i = 0; i < HV_LEN(lifts); i++) {
        if (lifts[i].from == fg)
            return lifts[i].to;
    }
    return fg == -1 || (fg >= 240 && fg < 252) ? 255 : fg;
}

/* The row of the cursor has a background of its own; else it is reversed. */
static bool
is_lifting(void)
{
    return color_count >= 256 && theme == USUAL;
}

void
hv_theme_choose(const char *name)
{
    theme = !strcmp(name, "contrast") ? CONTRAST
            : !strcmp(name, "plain")  ? PLAIN
            : !strcmp(name, "mono")   ? MONO
                                      : USUAL;
    hv_theme_start(color_count);
}

void
hv_theme_start(int colors)
{
    color_count = colors;
    for (int i = 0; colors && i < HV_ROLE_COUNT; i++) {
        struct paint paint = paint_of((enum hv_role)i);

        init_pair(pair_of((enum hv_role)i, false), paint.fg, paint.bg);
        if (is_lifting())
            init_pair(pair_of((enum hv_role)i, true), lifted(paint.fg),
                      rich_select);
        else
            init_pair(pair_of((enum hv_role)i, true), paint.fg, paint.bg);
    }
}

struct hv_look
hv_theme_look(enum hv_role role, bool is_selected)
{
    struct hv_look look = { 0 };

    if (!color_count || theme == MONO) {
        look.attributes = styles[role].mono;
        if (is_selected)
            look.attributes ^= A_REVERSE;
        return look;
    }
    look.attributes = paint_of(role).extra;
    look.pair = pair_of(role, is_selected);
    if (is_selected) {
        look.attributes &= ~(unsigned long)A_DIM;
        if (!is_lifting())
            look.attributes |= A_REVERSE;
    }
    return look;
}

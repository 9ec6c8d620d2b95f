/*
 * input.c - what the terminal sends, as presses. Bracketed paste is told
 * apart here: what is pasted is text and never a command. Called by app/run.c.
 */
#include "tui/term/term.h"
#include "tui/term/inside.h"

#include <curses.h>
#include <poll.h>
#include <unistd.h>

/* Key codes of our own. */
enum {
    KEY_PASTE_ON = 0x3001, /* beyond what curses numbers by itself */
    KEY_PASTE_OFF,
};

static const struct {
    int key;
    int32_t code;
} keys[] = {
    { KEY_UP, HV_PRESS_UP },        { KEY_DOWN, HV_PRESS_DOWN },
    { KEY_LEFT, HV_PRESS_LEFT },    { KEY_RIGHT, HV_PRESS_RIGHT },
    { KEY_HOME, HV_PRESS_HOME },    { KEY_END, HV_PRESS_END },
    { KEY_PPAGE, HV_PRESS_PGUP },   { KEY_NPAGE, HV_PRESS_PGDN },
    { KEY_IC, HV_PRESS_INSERT },    { KEY_DC, HV_PRESS_DELETE },
    { KEY_BTAB, HV_PRESS_BACKTAB }, { KEY_BACKSPACE, HV_PRESS_BACKSPACE },
    { KEY_ENTER, HV_PRESS_ENTER },  { KEY_FIND, HV_PRESS_HOME },
    { KEY_SELECT, HV_PRESS_END },
};

static bool is_pasting;

/* Sequences that some terminals send though their entry says otherwise. */
void
hv_input_start(void)
{
    static const struct {
        const char *sequence;
        int key;
    } more[] = {
        { "\033[200~", KEY_PASTE_ON }, { "\033[201~", KEY_PASTE_OFF },
        { "\033[H", KEY_HOME },        { "\033[F", KEY_END },
        { "\033OH", KEY_HOME },        { "\033OF", KEY_END },
        { "\033[1~", KEY_HOME },       { "\033[4~", KEY_END },
        { "\033[Z", KEY_BTAB },        { "\033[A", KEY_UP },
        { "\033[B", KEY_DOWN },        { "\033[C", KEY_RIGHT },
        { "\033[D", KEY_LEFT },
    };

    for (size_t i = 0; i < HV_LEN(more); i++)
        define_key(more[i].sequence, more[i].key);
    is_pasting = false;
}

static bool
mouse_press(struct hv_press *out)
{
    MEVENT event;

    if (getmouse(&event) != OK)
        return false;
    if (event.bstate & BUTTON4_PRESSED)
        out->code = HV_PRESS_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        out->code = HV_PRESS_WHEEL_DOWN;
    else if (event.bstate & BUTTON1_PRESSED)
        out->code = HV_PRESS_CLICK;
    else
        return false;
    out->row = event.y;
    out->col = event.x;
    return true;
}

/* A key that curses has a name for; false when it is none for us. */
static bool
named_press(int key, struct hv_press *out)
{
    if (key == KEY_PASTE_ON || key == KEY_PASTE_OFF) {
        is_pasting = key == KEY_PASTE_ON;
        return false;
    }
    if (key == KEY_MOUSE)
        return mouse_press(out);
    if (key >= KEY_F(1) && key <= KEY_F(12)) {
        out->code = HV_PRESS_F1 + (key - KEY_F(1));
        return true;
    }
    for (size_t i = 0; i < HV_LEN(keys); i++) {
        if (keys[i].key == key) {
            out->code = keys[i].code;
            return true;
        }
    }
    return false; /* KEY_RESIZE and what has no meaning here */
}

static int32_t
plain_code(wint_t wide)
{
    if (wide == '\n')
        return HV_PRESS_ENTER;
    if (wide == '\b')
        return HV_PRESS_BACKSPACE;
    return (int32_t)wide;
}

bool
hv_term_next(struct hv_press *out)
{
    wint_t wide;
    int kind;

    while ((kind = get_wch(&wide)) != ERR) {
        *out = (struct hv_press){ 0 };
        if (kind == KEY_CODE_YES) {
            /* A sequence in a paste is no key: it may be an Enter, or F2. */
            if (named_press((int)wide, out) &&
                (!is_pasting || wide == KEY_MOUSE))
                return true;
            continue;
        }
        out->code = plain_code(wide);
        out->is_pasted = is_pasting;
        if (wide == HV_PRESS_ESC) {
            wint_t next;

            /* Another key in the same read makes this ESC a prefix. */
            kind = get_wch(&next);
            if (kind != ERR) {
                out->is_followed = true;
                if (kind == KEY_CODE_YES)
                    ungetch((int)next);
                else
                    unget_wch((wchar_t)next);
            }
        }
        return true;
    }
    return false;
}

bool
hv_term_is_gone(void)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

    return poll(&in, 1, 0) > 0 &&
           (in.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

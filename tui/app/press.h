/*
 * press.h - one press of a key (or move of the mouse) as the program knows it,
 * whatever the terminal sent. Made by tui/term, read by the keymap.
 */
#ifndef TUI_APP_PRESS_H
#define TUI_APP_PRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Characters are their code points; the rest lies above Unicode. Control
 * characters keep their ASCII code: ^d is 4. */
enum hv_press_code {
    HV_PRESS_TAB = 9,
    HV_PRESS_ENTER = 13,
    HV_PRESS_ESC = 27,
    HV_PRESS_SPACE = 32,
    HV_PRESS_BACKSPACE = 127,
    HV_PRESS_UP = 0x110000,
    HV_PRESS_DOWN,
    HV_PRESS_LEFT,
    HV_PRESS_RIGHT,
    HV_PRESS_HOME,
    HV_PRESS_END,
    HV_PRESS_PGUP,
    HV_PRESS_PGDN,
    HV_PRESS_INSERT,
    HV_PRESS_DELETE,
    HV_PRESS_BACKTAB,
    HV_PRESS_F1, /* F2..F12 follow */
    HV_PRESS_F12 = HV_PRESS_F1 + 11,
    HV_PRESS_CLICK, /* row and col say where */
    HV_PRESS_WHEEL_UP,
    HV_PRESS_WHEEL_DOWN,
};

#define HV_PRESS_CTRL(c) ((c)&0x1f)

struct hv_press {
    int32_t code;
    bool is_pasted;   /* text from a paste: never a command, never a yes */
    bool is_followed; /* more came in the same read: an ESC is a prefix */
    int row, col;     /* mouse only */
};

#endif

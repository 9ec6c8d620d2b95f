/*
 * bar.c - the two rows that are the same in every view: the context bar on
 * top, the tabs below it. Called by frame.c. Pure.
 */
#include "tui/screen/frame.h"
#include "tui/screen/format.h"

#include "hvconsole/clock.h"
#include "hvconsole/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WIDE     120
#define CLOCK    11 /* columns of the clock, with a blank before */
#define LISTENER 5  /* its place among the segments */

/* ---------------------------------------------------------- context bar -- */

struct segment {
    char text[96];
    enum hv_role role;
};

static void say(struct segment *segment, enum hv_role role, const char *fmt,
                ...) HV_PRINTF(3, 4);
static void
say(struct segment *segment, enum hv_role role, const char *fmt, ...)
{
    va_list args;

    segment->role = role;
    va_start(args, fmt);
    vsnprintf(segment->text, sizeof(segment->text), fmt, args);
    va_end(args);
}

static void
say_env(const struct hv_app *app, struct segment *out)
{
    if (!hv_app_is_fresh(app) || !app->status->has_profile)
        say(out, HV_ROLE_BAR_WARN, "[?]");
    else if (app->status->env == HV_ENV_PROD)
        say(out, HV_ROLE_PROD, "[PROD]");
    else
        say(out, HV_ROLE_PPE, "[PPE]");
}

static void
say_writing(const struct hv_app *app, bool is_wide, struct segment *out)
{
    int64_t left = app->armed_until_mono_ms - app->mono_ms;

    if (!hv_app_is_fresh(app))
        say(out, HV_ROLE_BAR_WARN, "?");
    else if (hv_app_is_read_only(app))
        say(out, HV_ROLE_BAR,
            is_wide && !app->is_flag_read_only ? "RO (W to arm)" : "RO");
    else if (left > 0 && app->armed_until_mono_ms)
        say(out, HV_ROLE_BAR_WARN, "RW %lldm",
            (long long)((left + 59999) / 60000));
    else
        say(out, HV_ROLE_BAR, "RW");
}

static void
say_keystore(const struct hv_app *app, bool is_wide, struct segment *out)
{
    const char *name = is_wide ? "keystore " : "ks:";
    char age[HV_AGE_TEXT];

    if (app->is_open) {
        hv_age_format(app->mono_ms - app->open_mono_ms, age);
        say(out, HV_ROLE_BAR, "%sopen %s", name, age);
    } else if (app->unlock.state == HV_UNLOCK_WORKING) {
        say(out, HV_ROLE_BAR, "%s...", name);
    } else if (hv_app_is_fresh(app) && app->status->keystore_state[0]) {
        say(out, HV_ROLE_BAR_WARN, "%s%s", name, app->status->keystore_state);
    } else {
        say(out, HV_ROLE_BAR_WARN, "%slocked", name);
    }
}

static void
say_listener(const struct hv_app *app, bool is_wide, bool is_short,
             struct segment *out)
{
    const char *name = is_wide ? "listener " : "in:";
    const char *port;
    char age[HV_SPAN_TEXT];
    bool is_ok;

    if (!hv_app_is_fresh(app)) {
        say(out, HV_ROLE_BAR_WARN, "%s?", name);
        return;
    }
    if (!app->status->listener_running) {
        say(out, HV_ROLE_BAR_WARN, "%soff", name);
        return;
    }
    port = strrchr(app->status->listener_url, ':');
    is_ok = !strcmp(app->status->listener_health, "ok");
    hv_ago_format(app, is_short ? 0 : app->status->last_message_ms, age);
    say(out, is_ok ? HV_ROLE_BAR : HV_ROLE_BAR_WARN,
        is_short  ? "%s%s %s"
        : is_wide ? "%s%s %s, last message %s%s"
                  : "%s%s %s %s%s",
        name,
        !port     ? "?"
        : is_wide ? port
                  : port + 1,
        is_ok     ? "ok"
        : is_wide ? app->status->listener_health
                  : "BAD",
        age, is_wide && age[0] != '-' && age[0] != 'n' ? " ago" : "");
}

/* The platform does not answer: when it is asked again. */
static void
say_retry(const struct hv_app *app, bool is_wide, struct segment *out)
{
    int64_t left = app->retry.at_mono_ms - app->mono_ms;

    if (is_wide && left > 0)
        say(out, HV_ROLE_BAR_WARN, "platform not reached, again in %llds",
            (long long)((left + 999) / 1000));
    else
        say(out, HV_ROLE_BAR_WARN,
            is_wide ? "platform not reached, asking" : "net!");
}

/* What stands close together on a narrow screen: program, app, environment. */
static int
gap_after(int i, int gap)
{
    return i < 3 && gap < 3 ? 1 : gap;
}

static int
bar_width(const struct segment *parts, int len, int gap)
{
    int width = 1;

    for (int i = 0; i < len; i++)
        width += hv_text_width(hv_bytes_str(parts[i].text)) +
                 (i + 1 < len ? gap_after(i, gap) : 0);
    return width;
}

void
hv_bar_render(const struct hv_app *app, struct hv_canvas *cv)
{
    bool is_wide = cv->cols >= WIDE;
    bool has_status = app->status && app->status->has_profile;
    struct segment parts[8] = { 0 };
    int len = 0;
    int at = 1;
    int end = cv->cols;
    int gap = is_wide ? 3 : 2;
    char clock[HV_TIME_TEXT];

    say(&parts[len++], HV_ROLE_BAR_STRONG, "hvconsole");
    say(&parts[len++], HV_ROLE_BAR, "%s%s %s", is_wide ? "app " : "",
        has_status ? app->status->profile : "no profile",
        has_status ? app->status->app_short : "");
    say_env(app, &parts[len++]);
    say_writing(app, is_wide, &parts[len++]);
    say_keystore(app, is_wide, &parts[len++]);
    say_listener(app, is_wide, false, &parts[len++]);
    if (!app->is_memory_locked)
        say(&parts[len++], HV_ROLE_BAR_WARN,
            is_wide ? "memory not locked" : "mem!");
    if (app->retry.fails && app->is_open)
        say_retry(app, is_wide, &parts[len++]);
    if (bar_width(parts, len, gap) > cv->cols - CLOCK)
        gap = 1;
    if (bar_width(parts, len, gap) > cv->cols - CLOCK)
        say_listener(app, is_wide, true, &parts[LISTENER]);
    hv_canvas_fill(cv, 0, 0, 1, cv->cols, HV_ROLE_BAR);
    hv_time_format(app->now_ms, clock);
    if (cv->cols >= 60 && clock[0]) {
        end = cv->cols - 10;
        hv_canvas_textf(cv, 0, end, 9, HV_ROLE_BAR, "%.8sZ", clock + 11);
    }
    for (int i = 0; i < len; i++) {
        int width = hv_text_width(hv_bytes_str(parts[i].text));

        if (i && at + width > (end < cv->cols ? end - 1 : end))
            break; /* what is to the right drops first */
        hv_canvas_text(cv, 0, at, 0, parts[i].role, parts[i].text);
        at += width + gap_after(i, gap);
    }
}

/* ----------------------------------------------------------------- tabs -- */

/* Where the tabs stand; also answers which one a click met. */
static int
walk_tabs(const struct hv_app *app, struct hv_canvas *cv, int cols, int col)
{
    bool is_wide = cols >= WIDE;
    int at = 0;

    for (int i = 0; i < HV_TABS; i++) {
        bool is_on = app->is_open && (int)app->tab == i;
        char text[40];
        int width;

        snprintf(text, sizeof(text), is_on ? "[%d %s]" : " %d %s ", i + 1,
                 is_wide ? hv_screens[i].title : hv_screens[i].tab);
        width = (int)strlen(text);
        if (at + width > cols)
            break;
        if (cv)
            hv_canvas_text(cv, 0, at, 0,
                           is_on          ? HV_ROLE_TAB_ON
                           : app->is_open ? HV_ROLE_TAB
                                          : HV_ROLE_DIM,
                           text);
        if (col >= at && col < at + width)
            return i;
        at += width + (is_wide ? 1 : 0);
    }
    if (cv && app->is_open && at + 7 <= cols)
        hv_canvas_text(cv, 0, cols - 7, 0, HV_ROLE_TAB, "? help");
    return -1;
}

void
hv_tabs_render(const struct hv_app *app, struct hv_canvas *cv)
{
    walk_tabs(app, cv, cv->cols, -1);
}

int
hv_bar_tab_at(const struct hv_app *app, int col)
{
    return walk_tabs(app, NULL, app->cols, col);
}

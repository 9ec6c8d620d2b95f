/*
 * fuzzy.h - how well a few letters fit a longer text, for the palette. Pure.
 */
#ifndef TUI_APP_FUZZY_H
#define TUI_APP_FUZZY_H

/** hv_fuzzy() - the letters of @query in their order somewhere in @text, case
 *  ignored; blanks of the query are skipped. -1 = they are not there; else the
 *  more the better: beginnings of words, runs, early places. */
int hv_fuzzy(const char *query, const char *text);

#endif

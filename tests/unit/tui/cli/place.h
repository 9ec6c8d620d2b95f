/*
 * place.h - a temporary directory with XDG places in it, for one test.
 */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

/** place_make() - make it, go there, point HOME and XDG_* into it. */
void place_make(void);
void place_remove(void);
/** place_write() - a file of mode 0600 there. */
void place_write(const char *name, const void *data, unsigned long len);
void place_text(const char *name, const char *text);

#endif

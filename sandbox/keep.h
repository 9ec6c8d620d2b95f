/*
 * keep.h - the sandbox's state in a file: a SQLite database of mode 0600 that
 * holds everything but sessions - the keys of the subscriptions, too: it is a
 * sandbox. What changes is noted at once and written in one transaction
 * before anybody gets an answer, so that kill -9 loses nothing that was told.
 * Called by sandbox.c alone; knows the model, no sockets.
 */
#ifndef SANDBOX_KEEP_H
#define SANDBOX_KEEP_H

#include "sandbox/model.h"

struct sb_keep;

/**
 * sb_keep_open() - the file at @path, made when it is not there.
 * @is_new: it holds no world yet
 * HV_ERR_DAMAGED: of another kind or of a format we do not know; the file is
 * not touched. HV_ERR_RULE: another sandbox has it open. HV_ERR_IO.
 */
HV_MUST_CHECK enum hv_status sb_keep_open(const char *path,
                                          struct sb_keep **out, bool *is_new,
                                          struct hv_error *err);
/** sb_keep_load() - fills a platform that sb_platform_bare() made, and gives
 *  the seed back. HV_ERR_DAMAGED: what is written there makes no sense. */
HV_MUST_CHECK enum hv_status sb_keep_load(struct sb_keep *keep,
                                          struct sb_platform *platform,
                                          uint32_t *seed, struct hv_error *err);
/** sb_keep_all() - writes the whole platform in place of what was there. */
HV_MUST_CHECK enum hv_status sb_keep_all(struct sb_keep *keep,
                                         struct sb_platform *platform,
                                         uint32_t seed, struct hv_error *err);

/** sb_keep_touched() / sb_keep_gone() - see struct sb_hooks. Only noted. */
void sb_keep_touched(struct sb_keep *keep, const struct sb_platform *platform,
                     enum sb_kind kind, size_t index);
void sb_keep_gone(struct sb_keep *keep, const struct sb_platform *platform,
                  enum sb_kind kind, size_t index);
/** sb_keep_flush() - writes what was noted. HV_ERR_IO: it stays noted. */
HV_MUST_CHECK enum hv_status sb_keep_flush(struct sb_keep *keep,
                                           struct sb_platform *platform,
                                           struct hv_error *err);
void sb_keep_free(struct sb_keep *keep); /* NULL is fine */

#endif

/*
 * queue_support.h - what the tests of the queue share: changes, key updates,
 * signatures as the words of the protocol give them. Time is a number.
 */
#ifndef TESTS_SANDBOX_QUEUE_SUPPORT_H
#define TESTS_SANDBOX_QUEUE_SUPPORT_H

#include "support.h"

#define LATER  (T_NOW_MS + SB_BATCH_WINDOW_MS)
#define MINUTE 60000LL
#define HOUR   (60 * MINUTE)

/* How a delivery may end. */
extern const struct sb_attempt q_fine;
extern const struct sb_attempt q_failed;
extern const struct sb_attempt q_dead;

/** q_emit() - adds blood pressures to a record. */
void q_emit(struct t_world *world, size_t record, size_t count, bool is_old,
            uint64_t wait, int64_t now_ms);
/** q_expect_signed() - by @version, whose key is 64 bytes of @fill. */
void q_expect_signed(const struct sb_batch *batch, const char *version,
                     uint8_t fill);
/** q_update() - replaces the key by 64 bytes of @fill under @version. */
void q_update(struct t_world *world, const char *id, const char *version,
              uint8_t fill);

#endif

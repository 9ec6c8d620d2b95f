/*
 * mix.h - numbers that look random and are the same in every run. Used by the
 * benchmarks of the journal.
 */
#ifndef TESTS_BENCH_MIX_H
#define TESTS_BENCH_MIX_H

#include <stdint.h>

/* Cheap and good enough: ids that do not come in order. */
static inline uint64_t
mix(uint64_t x)
{
    x ^= x >> 31;
    x *= UINT64_C(0x7fb5d329728ea185);
    x ^= x >> 27;
    x *= UINT64_C(0x81dadef4bc2dd44d);
    return x ^ (x >> 33);
}

#endif

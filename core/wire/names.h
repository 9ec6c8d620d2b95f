/*
 * names.h - the tables behind hvconsole/names.h, for core/wire/names*.c and
 * whoever must walk through them.
 */
#ifndef CORE_WIRE_NAMES_H
#define CORE_WIRE_NAMES_H

#include "hvconsole/names.h"

extern const struct hv_code hv_codes[]; /* rising by number */
extern const size_t hv_codes_len;
extern const struct hv_thing_type hv_thing_types[]; /* rising by name */
extern const size_t hv_thing_types_len;

#endif

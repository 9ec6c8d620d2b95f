/*
 * text_table.h - look-ups in the table of code points, for text.c only.
 */
#ifndef HV_BASE_TEXT_TABLE_H
#define HV_BASE_TEXT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* Never written to a terminal as it is. */
bool hv_code_is_hidden(int32_t code);
/* No column of its own. */
bool hv_code_is_mark(int32_t code);
/* Two columns. */
bool hv_code_is_wide(int32_t code);

#endif

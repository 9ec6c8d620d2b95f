/*
 * xml.h - walking a parsed request in the order that a schema wants.
 * Used by request.c and the readers of <info>. Elements are in no namespace.
 */
#ifndef SANDBOX_XML_H
#define SANDBOX_XML_H

#include "hvconsole/ids.h"

#include <libxml/tree.h>

/* The children of one element, taken in order. */
struct sb_walk {
    xmlNode *at; /* the next child element, NULL at the end */
    bool is_bad; /* text stands between the elements */
};

struct sb_walk sb_walk_start(xmlNode *parent);
/** sb_walk_take() - the next child if it is called @name, else NULL. */
xmlNode *sb_walk_take(struct sb_walk *walk, const char *name);
/** sb_walk_is_done() - nothing is left and nothing was wrong. */
bool sb_walk_is_done(const struct sb_walk *walk);

/** sb_text() - the text of an element, white space round it dropped. False:
 *  it holds elements, or more than @size - 1 bytes. */
bool sb_text(const xmlNode *node, char *out, size_t size);
bool sb_guid(const xmlNode *node, struct hv_guid *out);
bool sb_time(const xmlNode *node, int64_t *ms);
/** sb_number() - a whole number of 0..@max; larger ones become @max. */
bool sb_number(const xmlNode *node, int64_t max, int64_t *out);
bool sb_boolean(const xmlNode *node, bool *out);
/** sb_attribute() - "" when there is none or it is too long. */
void sb_attribute(const xmlNode *node, const char *name, char *out,
                  size_t size);

#endif

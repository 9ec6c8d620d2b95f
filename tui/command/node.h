/*
 * node.h - the inside of a value, for the printer's own files (out.c,
 * out_table.c, out_json.c, out_junit.c).
 */
#ifndef TUI_COMMAND_NODE_H
#define TUI_COMMAND_NODE_H

#include "tui/command/out.h"

enum hv_node_kind {
    HV_NODE_OBJECT,
    HV_NODE_LIST,
    HV_NODE_TEXT,
    HV_NODE_ID,
    HV_NODE_TIME,
    HV_NODE_INT,
    HV_NODE_BOOL,
    HV_NODE_NULL,
};

struct hv_node {
    enum hv_node_kind kind;
    char *key;             /* owned; NULL for items of a list */
    char *text;            /* owned; TEXT and ID, as it was given */
    int64_t number;        /* INT, BOOL, TIME */
    struct hv_node **kids; /* owned; OBJECT and LIST */
    size_t len;
};

struct hv_out {
    struct hv_out_config config;
    char *fields; /* owned copy of config.fields */
    struct hv_node *top;
    struct hv_node **items; /* not printed yet */
    size_t items_len, items_cap;
    int64_t items_count;     /* ever given, for the limit */
    const char *stream_type; /* NULL = not a stream */
    struct hv_buf text;      /* printed, not written yet */
    struct hv_buf notes;
    bool is_list;
    bool has_head;          /* the table's heading is out */
    bool is_inside;         /* printing a list inside an object: short ids */
    bool is_closed;         /* nobody reads any more */
    struct hv_node *beyond; /* the item past the limit, thrown away */
    struct hv_error late;   /* a write failed while items came */
    int widths[32];         /* of the table so far */
    uint32_t unused;        /* a bit for each column that no item has */
};

struct hv_node *hv_node_new(enum hv_node_kind kind);
void hv_node_free(struct hv_node *node);
/** hv_node_member() - NULL when there is none. */
const struct hv_node *hv_node_member(const struct hv_node *node,
                                     const char *key);
/** hv_out_shows() - whether a field is wanted: --fields, else @by_default. */
bool hv_out_shows(const struct hv_out *out, const char *field, bool by_default);

/* out_table.c: items as text for people and for cut(1). */
void hv_out_print_rows(struct hv_out *out);
/** hv_out_is_machine() - tsv and name: for other programs. */
bool hv_out_is_machine(const struct hv_out *out);
/** hv_cell_paint() - the colour of a word that says well or badly, or NULL. */
const char *hv_cell_paint(const struct hv_out *out, const char *word);
/** hv_out_cell() - filled to its column's width; nothing behind the last one. */
void hv_out_cell(struct hv_out *out, const struct hv_buf *cell, int width,
                 bool is_right, bool is_last, const char *sgr);
/* out_object.c */
void hv_out_print_object(struct hv_out *out);
/** hv_node_cell() - a value as one cell; @is_short for narrow tables. */
void hv_node_cell(const struct hv_out *out, const struct hv_node *node,
                  struct hv_buf *cell);

/** hv_out_write() - all of it, to a descriptor. */
HV_MUST_CHECK enum hv_status hv_out_write(int fd, struct hv_bytes bytes,
                                          struct hv_error *err);

/* out_json.c */
void hv_out_print_json(struct hv_out *out);
void hv_out_print_line(struct hv_out *out, const struct hv_node *node);


/* out_junit.c */
void hv_out_print_junit(struct hv_out *out);

#endif

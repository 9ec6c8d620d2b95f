/*
 * nouns/test.c - rows of the command table: test messages to handlers.
 */
#include "tui/command/nouns/test.h"

#define WHERE                                                                  \
    { "--sub", HV_FLAG_TEXT, "SUB",                                            \
      "as whose notification; not needed when there is one only" },            \
        { "--ca", HV_FLAG_TEXT, "FILE",                                        \
          "trust the handler's certificate through these, not the system's" }, \
        { "--allow-private", HV_FLAG_BOOL, NULL,                               \
          "also to loopback and private addresses" },                          \
    {                                                                          \
        "--exact", HV_FLAG_BOOL, NULL,                                         \
            "without the header X-HVConsole-Test: counted as real traffic"     \
    }

static const struct hv_flag send_options[] = {
    WHERE,
    { "--to", HV_FLAG_TEXT, "WHERE",
      "sub (its own URL), listener (the one running here) or a URL" },
    { "--mode", HV_FLAG_TEXT, "M",
      "normal, old[:V], mixed, many, twice, lower-case, bom, bad-xml, "
      "bad-hmac, bad-version, malformed or missing" },
    { "--items", HV_FLAG_TEXT, "WHAT",
      "fake:N made-up ids (3 of them without this flag), empty, or record:R: "
      "of the newest things there" },
    { "--body", HV_FLAG_TEXT, "FILE",
      "this body, signed anew; - = standard input" },
    { "--from", HV_FLAG_TEXT, "ID",
      "the body of this row of the log, signed anew; with --body only for "
      "which subscription" },
    { "--count", HV_FLAG_TEXT, "N", "so many, one after the other" },
    { "--gap", HV_FLAG_TEXT, "DUR", "wait so long between two" },
    { 0 },
};

static const struct hv_flag matrix_options[] = {
    WHERE,
    { "--to", HV_FLAG_LIST, "WHERE",
      "sub, listener, URLs; a comma inside a URL is written %2C" },
    { "--record", HV_FLAG_TEXT, "R",
      "one more row: with ids of the newest things of this record" },
    { 0 },
};

const struct hv_command test_commands[] = {
    { .words = "test send",
      .args = "",
      .summary = "a message like the platform's, and what became of it",
      .flags = HV_CMD_KEYED,
      .options = send_options,
      .run = cmd_test_send,
      .schema = "test",
      .more = "Goes to the subscription's URL unless told otherwise. Ends with "
              "9 when the\nanswer is not what the documents ask for. Nothing "
              "is registered or changed at\nthe platform; a real handler will "
              "believe what is well signed." },
    { .words = "test matrix",
      .args = "",
      .summary = "every kind of message to a handler; also -o junit",
      .flags = HV_CMD_KEYED,
      .options = matrix_options,
      .run = cmd_test_matrix,
      .schema = "test-list",
      .columns = test_columns,
      .more = "Without --to: the subscription's URL, and the listener running "
              "here when that\nis another one. Ends with 9 when one of them "
              "did not pass." },
    { .words = NULL },
};

/*
 * globals.c - the flags that every command has: their table and what each does
 * to struct hv_globals. Called by the parser. Pure.
 */
#include "tui/command/args.h"

#include "hvconsole/clock.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hv_flag hv_global_flags[] = {
    { "--profile", HV_FLAG_TEXT, "NAME", "the profile to work in" },
    { "--config", HV_FLAG_TEXT, "FILE", "profiles" },
    { "--keystore", HV_FLAG_TEXT, "FILE", "the encrypted keystore" },
    { "--store", HV_FLAG_TEXT, "DIR", "journal, listener and sandbox state" },
    { "--passphrase-file", HV_FLAG_TEXT, "FILE",
      "opens the keystore: first line of FILE" },
    { "--passphrase-fd", HV_FLAG_TEXT, "N",
      "opens the keystore: first line read from descriptor N" },
    { "--slot-key", HV_FLAG_TEXT, "FILE",
      "opens the keystore through a key-file slot" },
    { "--read-only", HV_FLAG_BOOL, NULL, "refuse everything that changes" },
    { "--write", HV_FLAG_BOOL, NULL, "allow changes in a production profile" },
    { "--yes", HV_FLAG_BOOL, NULL, "answer questions with yes" },
    { "--confirm", HV_FLAG_TEXT, "PROFILE",
      "in production: confirm a deletion by the profile's name" },
    { "--dry-run", HV_FLAG_BOOL, NULL,
      "tell what would be done, change nothing" },
    { "-o", HV_FLAG_TEXT, "FORMAT", "table, wide, tsv, json, ndjson or name" },
    { "--fields", HV_FLAG_LIST, "A,B,C", "choose the columns of a list" },
    { "--limit", HV_FLAG_TEXT, "N", "at most N items of a list; 0 = all" },
    { "--utc", HV_FLAG_BOOL, NULL, "times of tables in UTC" },
    { "--color", HV_FLAG_TEXT, "WHEN", "auto, always or never" },
    { "--timeout", HV_FLAG_TEXT, "DUR", "of one network call, as 30s" },
    { "-q", HV_FLAG_BOOL, NULL, "no talk on standard error" },
    { "-v", HV_FLAG_BOOL, NULL, "more talk on standard error" },
    { 0 },
};

static const struct {
    const char *name;
    size_t at, size;
} text_globals[] = {
#define TEXT_AT(member)                                                        \
    offsetof(struct hv_globals, member),                                       \
        sizeof(((struct hv_globals *)NULL)->member)
    { "--profile", TEXT_AT(profile) },
    { "--config", TEXT_AT(config) },
    { "--keystore", TEXT_AT(keystore) },
    { "--store", TEXT_AT(store) },
    { "--passphrase-file", TEXT_AT(passphrase_file) },
    { "--slot-key", TEXT_AT(slot_key) },
    { "--confirm", TEXT_AT(confirm) },
#undef TEXT_AT
};

static const struct {
    const char *name;
    size_t at;
} bool_globals[] = {
    { "--read-only", offsetof(struct hv_globals, read_only) },
    { "--write", offsetof(struct hv_globals, write) },
    { "--yes", offsetof(struct hv_globals, yes) },
    { "--dry-run", offsetof(struct hv_globals, dry_run) },
    { "--utc", offsetof(struct hv_globals, utc) },
    { "-q", offsetof(struct hv_globals, quiet) },
};

static const char *const formats[] = {
    [HV_FORMAT_AUTO] = "",     [HV_FORMAT_TABLE] = "table",
    [HV_FORMAT_WIDE] = "wide", [HV_FORMAT_TSV] = "tsv",
    [HV_FORMAT_JSON] = "json", [HV_FORMAT_NDJSON] = "ndjson",
    [HV_FORMAT_NAME] = "name", [HV_FORMAT_JUNIT] = "junit",
};

static const char *const colors[] = { "auto", "never", "always" };

const char *
hv_format_word(enum hv_format format)
{
    return (unsigned)format < HV_LEN(formats) ? formats[format] : "";
}

static enum hv_status
set_number(const char *name, const char *value, int64_t max, int64_t *out,
           struct hv_error *err)
{
    char *end;
    long long number = strtoll(value, &end, 10);

    if (value[0] < '0' || value[0] > '9' || *end || number > max)
        return hv_fail(err, HV_ERR_USAGE,
                       "%s wants a number from 0 to %lld, not '%s'", name,
                       (long long)max, value);
    *out = number;
    return HV_OK;
}

static enum hv_status
set_word(const char *name, const char *const *known, size_t len,
         const char *value, int *out, struct hv_error *err)
{
    for (size_t i = 0; i < len; i++) {
        if (known[i][0] && strcmp(known[i], value) == 0) {
            *out = (int)i;
            return HV_OK;
        }
    }
    hv_fail(err, HV_ERR_USAGE, "%s does not know '%s'", name, value);
    for (size_t i = 0; i < len; i++) {
        if (known[i][0] && hv_word_is_near(value, known[i]))
            hv_hint(err, "did you mean %s?", known[i]);
    }
    hv_hint(err, "see 'hvconsole help'");
    return HV_ERR_USAGE;
}

static enum hv_status
set_special(struct hv_globals *globals, const char *name, const char *value,
            struct hv_error *err)
{
    enum hv_status st = HV_OK;
    int64_t number = 0;
    int choice = 0;

    if (strcmp(name, "-v") == 0) {
        globals->verbose++;
    } else if (strcmp(name, "-o") == 0) {
        st = set_word(name, formats, HV_LEN(formats), value, &choice, err);
        if (!st)
            globals->format = (enum hv_format)choice;
    } else if (strcmp(name, "--color") == 0) {
        st = set_word(name, colors, HV_LEN(colors), value, &choice, err);
        if (!st)
            globals->color = choice - 1;
    } else if (strcmp(name, "--limit") == 0) {
        st = set_number(name, value, INT32_MAX, &globals->limit, err);
    } else if (strcmp(name, "--passphrase-fd") == 0) {
        st = set_number(name, value, 65535, &number, err);
        if (!st)
            globals->passphrase_fd = (int)number;
    } else if (strcmp(name, "--timeout") == 0) {
        if (hv_duration_parse(value, &number) || number < 1 ||
            number > 24 * 3600 * 1000)
            return hv_fail(err, HV_ERR_USAGE,
                           "--timeout wants a duration like 30s, not '%s'",
                           value);
        globals->timeout_ms = number;
    } else if (strcmp(name, "--fields") == 0) {
        char both[sizeof(globals->fields)];
        int len = snprintf(both, sizeof(both), "%s%s%s", globals->fields,
                           globals->fields[0] ? "," : "", value);

        if (len >= (int)sizeof(both))
            return hv_fail(err, HV_ERR_USAGE, "--fields is too long");
        hv_copy(globals->fields, sizeof(globals->fields), both);
    }
    return st;
}

enum hv_status
hv_globals_set(struct hv_globals *globals, const struct hv_flag *flag,
               const char *value, struct hv_error *err)
{
    for (size_t i = 0; i < HV_LEN(bool_globals); i++) {
        if (strcmp(bool_globals[i].name, flag->name) == 0) {
            *(bool *)((char *)globals + bool_globals[i].at) = true;
            return HV_OK;
        }
    }
    for (size_t i = 0; i < HV_LEN(text_globals); i++) {
        if (strcmp(text_globals[i].name, flag->name))
            continue;
        if (!hv_copy((char *)globals + text_globals[i].at, text_globals[i].size,
                     value))
            return hv_fail(err, HV_ERR_USAGE, "the value of %s is too long",
                           flag->name);
        return HV_OK;
    }
    return set_special(globals, flag->name, value, err);
}

enum hv_format
hv_args_format(char *const words[], int count)
{
    enum hv_format format = HV_FORMAT_AUTO;

    for (int i = 0; i < count && strcmp(words[i], "--"); i++) {
        const char *value = "";

        if (strcmp(words[i], "-o") == 0 && i + 1 < count)
            value = words[i + 1];
        else if (strncmp(words[i], "-o", 2) == 0 && words[i][2])
            value = words[i] + 2;
        for (size_t f = 1; f < HV_LEN(formats); f++) {
            if (strcmp(formats[f], value) == 0)
                format = (enum hv_format)f;
        }
    }
    return format;
}

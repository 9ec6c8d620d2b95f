/*
 * shell_fields.c - see shell_fields.h.
 */
#include "sandbox/shell_fields.h"

#include "hvconsole/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct sb_field fields[] = {
    { "account.firstname", "Your first name", SB_FIELD_NAME,
      SB_F_ACCOUNT | SB_F_NEEDED | SB_F_SHOWN },
    { "account.lastname", "Your last name", SB_FIELD_NAME,
      SB_F_ACCOUNT | SB_F_NEEDED | SB_F_SHOWN },
    { "account.birthdate", "Your date of birth", SB_FIELD_DATE,
      SB_F_ACCOUNT | SB_F_NEEDED },
    { "account.postalcode", "Your postal code", SB_FIELD_LINE,
      SB_F_ACCOUNT | SB_F_NEEDED },
    { "account.email", "Your mail address", SB_FIELD_MAIL,
      SB_F_ACCOUNT | SB_F_NEEDED },
    { "account.countrycode", "Your country (two letters)", SB_FIELD_CODE,
      SB_F_ACCOUNT | SB_F_NEEDED | SB_F_SHOWN },
    { "account.languagecode", "Your language", SB_FIELD_CODE,
      SB_F_ACCOUNT | SB_F_NEEDED },
    { "account.gender", "Your gender", SB_FIELD_GENDER,
      SB_F_ACCOUNT | SB_F_NEEDED },
    { "account.statecode", "Your state (two letters)", SB_FIELD_CODE,
      SB_F_ACCOUNT | SB_F_SHOWN },
    { "record.firstname", "First name of the record's person", SB_FIELD_NAME,
      SB_F_NEEDED | SB_F_SHOWN },
    { "record.lastname", "Last name of the record's person", SB_FIELD_NAME,
      SB_F_NEEDED | SB_F_SHOWN },
    { "record.relationship", "Who that is to you", SB_FIELD_WORD,
      SB_F_NEEDED | SB_F_SHOWN },
    { "record.middlename", "Middle name", SB_FIELD_NAME, 0 },
    { "record.streetaddress1", "Street address", SB_FIELD_LINE, 0 },
    { "record.streetaddress2", "Street address, second line", SB_FIELD_LINE,
      0 },
    { "record.city", "City", SB_FIELD_LINE, 0 },
    { "record.statecode", "State of the record", SB_FIELD_CODE, 0 },
    { "record.postalcode", "Postal code of the record", SB_FIELD_LINE,
      SB_F_NEEDED },
    { "record.countrycode", "Country of the record", SB_FIELD_CODE,
      SB_F_NEEDED },
    { "record.birthdate", "Date of birth in the record", SB_FIELD_DATE,
      SB_F_NEEDED },
    { "record.gender", "Gender in the record", SB_FIELD_GENDER, SB_F_NEEDED },
    { "record.email", "Mail address of the record", SB_FIELD_MAIL, 0 },
    { "record.phonenumber", "Telephone", SB_FIELD_LINE, 0 },
    { "record.ethnicitycode", "Ethnicity", SB_FIELD_WORD, 0 },
    { "record.languagecode", "Language of the record", SB_FIELD_CODE, 0 },
};

const struct sb_field *
sb_field_at(size_t index)
{
    return index < HV_LEN(fields) ? &fields[index] : NULL;
}

static bool
is_printable(const char *text, size_t most, const char *banned)
{
    struct hv_bytes bytes = hv_bytes_str(text);
    size_t count = 0;

    for (size_t at = 0; at < bytes.len; count++) {
        int32_t code = hv_utf8_next(bytes, &at);

        if (code < ' ' || code == 0x7f ||
            (code < 0x80 && strchr(banned, (int)code)))
            return false;
    }
    return count >= 1 && count <= most;
}

static bool
is_date(const char *text)
{
    int month;
    int day;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return false;
    for (size_t i = 0; i < 10; i++)
        if (i != 4 && i != 7 && !isdigit((unsigned char)text[i]))
            return false;
    month = atoi(text + 5);
    day = atoi(text + 8);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Word characters and -+. before the @, a domain of labels after it. */
static bool
is_mail(const char *text)
{
    size_t local = 0;
    const char *last;
    size_t len;

    while (isalnum((unsigned char)text[local]) ||
           (text[local] && strchr("_-+.", text[local])))
        local++;
    if (local == 0 || text[local] != '@')
        return false;
    text += local + 1;
    if (*text == '[')
        return text[1 + strspn(text + 1, "0123456789.")] == ']';
    last = strrchr(text, '.');
    if (!last || last == text)
        return false;
    for (const char *c = text; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
            return false;
    len = strlen(last + 1);
    if (strspn(last + 1, "0123456789") == len)
        return len >= 1 && len <= 3;
    return len >= 2 && len <= 48;
}

bool
sb_field_is_good(enum sb_field_kind kind, const char *text)
{
    switch (kind) {
    case SB_FIELD_NAME:
        return is_printable(text, 50, "<>");
    case SB_FIELD_LINE:
        return is_printable(text, 100, "");
    case SB_FIELD_DATE:
        return is_date(text);
    case SB_FIELD_MAIL:
        return is_mail(text);
    case SB_FIELD_CODE:
        return strlen(text) == 2 && isalpha((unsigned char)text[0]) &&
               isalpha((unsigned char)text[1]);
    case SB_FIELD_GENDER:
        return strcmp(text, "F") == 0 || strcmp(text, "M") == 0 ||
               strcmp(text, "UNSP") == 0;
    case SB_FIELD_WORD:
        break;
    }
    return is_printable(text, 64, "<>");
}

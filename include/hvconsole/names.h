/*
 * names.h - the dictionary of the protocol: namespaces, methods, status codes,
 * thing types. Tables without grammar: the sandbox reads them as well.
 */
#ifndef HVCONSOLE_NAMES_H
#define HVCONSOLE_NAMES_H

#include "hvconsole/ids.h"

#define HV_NS_REQUEST "urn:com.microsoft.wc.request"
#define HV_NS_RESPONSE "urn:com.microsoft.wc.methods.response."
#define HV_NS_NOTIFICATION "urn:com.microsoft.wc.notification"
#define HV_METHOD_PATH "wildcat.ashx"
#define HV_NOTIFY_SCHEME "HVEventingSharedKey"

/* Status codes that the program itself reacts to. Fact: status-codes */
enum {
    HV_CODE_OK = 0,
    HV_CODE_FAILED = 1,
    HV_CODE_INVALID_XML = 3,
    HV_CODE_BAD_SIG = 4,
    HV_CODE_BAD_METHOD = 5,
    HV_CODE_INVALID_APP = 6,
    HV_CODE_CREDENTIAL_EXPIRED = 7,
    HV_CODE_INVALID_TOKEN = 8,
    HV_CODE_INVALID_PERSON = 9,
    HV_CODE_INVALID_RECORD = 10,
    HV_CODE_ACCESS_DENIED = 11,
    HV_CODE_INVALID_TRANSFORM = 34,
    HV_CODE_REQUEST_TIMED_OUT = 49,
    HV_CODE_SESSION_EXPIRED = 65,
    HV_CODE_BAD_CERT = 70,
    HV_CODE_SIGNATURE_ALGORITHM = 105,
    HV_CODE_SUB_NOT_FOUND = 132,
    HV_CODE_SUB_LIMIT = 133,
    HV_CODE_SUB_INVALID = 134,
    HV_CODE_MAINTENANCE = 152,
};

/* What a client does about a status code. Fact: status-codes */
enum hv_code_class {
    HV_CLASS_OK,
    HV_CLASS_RETRY,     /* transient: later, with a new msg-time */
    HV_CLASS_SESSION,   /* new session token, repeat once */
    HV_CLASS_USER,      /* drop the user token, Shell AUTH */
    HV_CLASS_REAUTH,    /* Shell APPAUTH for the person and record */
    HV_CLASS_REFETCH,   /* fetch the current version, repeat */
    HV_CLASS_OPERATOR,  /* configuration or quota: a person must act */
    HV_CLASS_BUG,       /* our request is wrong: never repeat */
    HV_CLASS_OTHER,     /* outside this product */
};

struct hv_code {
    int code;
    const char *name;      /* "SUBSCRIPTION_NOT_FOUND"; the .NET name if that
                              is all there is */
    enum hv_code_class kind;
    const char *meaning;   /* a phrase */
};

/** hv_code_find() - NULL for a code nobody knows: show the number. */
const struct hv_code *hv_code_find(int code);
const char *hv_code_class_word(enum hv_code_class kind);
/** hv_code_advice() - one sentence on what to do about the class. */
const char *hv_code_advice(enum hv_code_class kind);

struct hv_thing_type {
    struct hv_guid id;
    const char *name;      /* "Blood pressure" */
    const char *root;      /* child element of data-xml */
    const char *family;    /* "blood-pressure": all versions of one type */
};

const struct hv_thing_type *hv_thing_type_at(size_t index); /* NULL at the end */
size_t hv_thing_type_count(void);
const struct hv_thing_type *hv_thing_type_find(const struct hv_guid *id);

/**
 * hv_thing_type_search() - by id, by id prefix (>= 4 hex digits), or by name
 * (case ignored, blank = hyphen; an unambiguous beginning will do).
 * HV_ERR_NOT_FOUND, or HV_ERR_RULE when several fit (both name candidates).
 */
HV_MUST_CHECK enum hv_status
hv_thing_type_search(const char *word, const struct hv_thing_type **out,
                     struct hv_error *err);

#endif

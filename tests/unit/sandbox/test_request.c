/* test_request.c - the envelope: what is refused, what is taken, order. */
#include "support.h"

#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <string.h>

#define OPEN   "<q:request xmlns:q=\"" HV_NS_REQUEST "\">"
#define CLOSE  "</q:request>"
#define ID     "3f2b7c1e-5a46-4d0e-9b58-0c6a1d2e7f10"
#define METHOD "<method>GetThings</method><method-version>3</method-version>"
#define TAIL                                                                   \
    "<msg-time>2015-11-12T09:30:00.000Z</msg-time><msg-ttl>1800</msg-ttl>"     \
    "<version>v</version>"
#define APP  "<app-id>" ID "</app-id>"
#define GOOD "<header>" METHOD APP TAIL "</header>"

static const char *
read_text(const char *text, struct sb_request *out)
{
    *out = (struct sb_request){ 0 };
    return sb_request_read(hv_bytes_str(text), out);
}

Test(request, refuses_bad_envelopes, .init = t_start)
{
    static const char *const bad[] = {
        "",
        "<html><body>no</body></html>",
        "<request>" GOOD "<info/></request>",
        "<q:request xmlns:q='urn:other'>" GOOD "<info/>" CLOSE,
        "<request xmlns='" HV_NS_REQUEST "'>" GOOD "<info/></request>",
        OPEN CLOSE,
        OPEN "<info/>" CLOSE,
        OPEN GOOD CLOSE,
        OPEN "<info/>" GOOD CLOSE,
        OPEN GOOD "<info/><more/>" CLOSE,
        OPEN GOOD "text<info/>" CLOSE,
        OPEN GOOD "<q:info/>" CLOSE,
        OPEN "<auth/>" GOOD "<info/>" CLOSE,
        OPEN "<auth><hmac-data>AAAA</hmac-data></auth>" GOOD "<info/>" CLOSE,
        OPEN "<auth><hmac-data algName='X'/></auth>" GOOD "<info/>" CLOSE,
        OPEN "<header>" APP TAIL "</header><info/>" CLOSE,
        OPEN "<header><method/>" APP TAIL "</header><info/>" CLOSE,
        OPEN
        "<header><method>M</method><method-version>x</method-version>" APP TAIL
        "</header><info/>" CLOSE,
        OPEN "<header>" METHOD TAIL "</header><info/>" CLOSE,
        OPEN "<header>" METHOD "<app-id>{" ID "}</app-id>" TAIL
             "</header><info/>" CLOSE,
        OPEN "<header>" METHOD APP APP TAIL "</header><info/>" CLOSE,
        OPEN "<header>" METHOD APP "<record-id>" ID "</record-id>" TAIL
             "</header><info/>" CLOSE,
        OPEN "<header>" METHOD "<record-id>x</record-id>" APP TAIL
             "</header><info/>" CLOSE,
        OPEN "<header>" METHOD APP "<country>US</country><language>en"
             "</language>" TAIL "</header><info/>" CLOSE,
        OPEN "<header>" METHOD APP
             "<msg-ttl>1</msg-ttl><version>v</version></header><info/>" CLOSE,
        OPEN "<header>" METHOD APP "<msg-time>now</msg-time><msg-ttl>1"
             "</msg-ttl><version>v</version></header><info/>" CLOSE,
        OPEN "<header>" METHOD APP "<msg-time>2015-11-12T09:30:00Z</msg-time>"
             "<msg-ttl>-1</msg-ttl><version>v</version></header><info/>" CLOSE,
        OPEN "<header>" METHOD APP TAIL "<info-hash/></header><info/>" CLOSE,
        OPEN "<header>" METHOD APP TAIL "<extra/></header><info/>" CLOSE,
        OPEN "<header>" METHOD "<auth-session/>" TAIL "</header><info/>" CLOSE,
        OPEN "<header>" METHOD
             "<auth-session><auth-token>t</auth-token><user-auth-token>u"
             "</user-auth-token><offline-person-info><offline-person-id>" ID
             "</offline-person-id></offline-person-info></auth-session>" TAIL
             "</header><info/>" CLOSE,
        OPEN "<header>" METHOD
             "<auth-session><auth-token>t</auth-token><offline-person-info>"
             "<offline-person-id>x</offline-person-id></offline-person-info>"
             "</auth-session>" TAIL "</header><info/>" CLOSE,
        OPEN "<header>" METHOD APP TAIL "</header><info>&amp</info>" CLOSE,
        OPEN "<header>" METHOD APP TAIL "</header><info>&other;</info>" CLOSE,
    };

    for (size_t i = 0; i < HV_LEN(bad); i++) {
        struct sb_request request;

        cr_expect_not_null(read_text(bad[i], &request), "row %zu: %s", i,
                           bad[i]);
        sb_request_release(&request);
    }
}

Test(request, takes_what_clients_did, .init = t_start)
{
    static const char *const good[] = {
        OPEN GOOD "<info/>" CLOSE,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" OPEN GOOD "<info/>" CLOSE,
        "<request:request xmlns:request=\"" HV_NS_REQUEST "\">" GOOD
        "<info/></request:request>",
        OPEN "\n  " GOOD "\n  <info>\n</info>\n" CLOSE "\n",
        OPEN "<header><method>M</method>" APP TAIL "</header><info/>" CLOSE,
        OPEN "<header>" METHOD "<target-person-id>" ID "</target-person-id>"
             "<record-id> " ID " </record-id>" APP
             "<culture-code>en-GB</culture-code><final-xsl content-type='t'>"
             "<x/></final-xsl>" TAIL "</header><info/>" CLOSE,
        OPEN "<header>" METHOD APP "<msg-time>2015-11-12T09:30:00</msg-time>"
             "<msg-ttl>99999999999999999999</msg-ttl><version>v</version>"
             "</header><info/>" CLOSE,
    };

    for (size_t i = 0; i < HV_LEN(good); i++) {
        struct sb_request request;
        const char *why = read_text(good[i], &request);

        cr_expect_null(why, "row %zu: %s", i, why);
        cr_expect(request.has_app_id);
        cr_expect(request.marks.info.len > 0);
        sb_request_release(&request);
    }
}

Test(request, reads_the_values, .init = t_start)
{
    static const char text[] = OPEN
        "<auth><hmac-data algName='HMACSHA1'>AQ\n ID </hmac-data></auth>"
        "<header>" METHOD "<record-id>" ID "</record-id><auth-session>"
        "<auth-token>\n tok\n</auth-token><offline-person-info>"
        "<offline-person-id>" ID "</offline-person-id></offline-person-info>"
        "</auth-session>" TAIL "<info-hash><hash-data algName='SHA256'>=="
        "</hash-data></info-hash></header><info/>" CLOSE;
    struct sb_request r;

    cr_assert_null(read_text(text, &r));
    cr_expect_str_eq(r.method, "GetThings");
    cr_expect_eq(r.version, 3);
    cr_expect_str_eq(r.token, "tok");
    cr_expect(r.has_session && !r.has_app_id && !r.has_user_token);
    cr_expect(r.has_person && r.has_record && !r.has_xsl);
    cr_expect(hv_guid_equal(&r.person, &r.record));
    cr_expect_eq(r.sent_ms, T_NOW_MS);
    cr_expect_eq(r.ttl_s, 1800);
    cr_expect_eq(r.mac.hash, SB_SHA1);
    cr_expect_eq(r.mac.len, 3);
    cr_expect_eq(memcmp(r.mac.data, "\x01\x02\x03", 3), 0);
    cr_expect(r.info_hash.is_there && r.info_hash.len == 0,
              "what is not base64 never fits");
    sb_request_release(&r);
}

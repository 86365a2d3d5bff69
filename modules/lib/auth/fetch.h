/* fetch.h: one HTTPS request to an identity provider; the only home of libcurl's HTTP side.
 *
 * What holds for each: https and nothing else, the certificate checked against name and CA, no
 * redirect, no proxy of the environment, no cookie, nothing kept; an address that the name may not lead
 * to is not connected to (checked after the name is resolved, so that a name which changes its mind
 * gains nothing); an answer that is too large or of another media type is refused while it comes in. */
#ifndef AUTH_FETCH_H
#define AUTH_FETCH_H

#include "base/buf.h"

/** Where names may lead to. Link-local, multicast and unspecified addresses never. */
enum fetch_reach {
    FETCH_PUBLIC,
    FETCH_PRIVATE,  /**< private networks too (RFC 1918, RFC 6598, RFC 4193) */
    FETCH_LOOPBACK, /**< this machine too */
};

struct fetch_request {
    struct str url; /**< https://..., checked by the caller against its list of hosts */
    const char *ca_file; /**< empty or NULL: the system's */
    enum fetch_reach reach;
    int64_t deadline_us; /**< of clock_monotonic_us() */
    size_t answer_max;   /**< bytes */
    struct str form;     /**< present: POST application/x-www-form-urlencoded */
    /** present: "Authorization: " and this; never logged */
    struct str authorization;
    bool inspect; /**< read the end of the server's certificate, too */
};

enum fetch_outcome {
    FETCH_DONE,    /**< there is an answer, whatever its status */
    FETCH_AWAY,    /**< no connection, no TLS, no answer in time */
    FETCH_REFUSED, /**< something came, and it is not what may come: too large, no JSON */
};

struct fetch_answer {
    int status;
    struct str
        body; /**< JSON text, unchecked; empty when `status` is no success and it was no JSON */
    int64_t max_age_s; /**< of Cache-Control; -1 for none */
    int64_t date_s;    /**< of Date, seconds since 1970; 0 for none */
    /** with `inspect`: the certificate ends, seconds since 1970; 0 for unknown */
    int64_t certificate_until_s;
};

/**
 * Blocks until the deadline at most. The cause of anything but FETCH_DONE is noted (host and reason, no
 * path, no content). The answer lives in the arena.
 */
enum fetch_outcome fetch(struct arena *arena, const struct fetch_request *request,
                         struct fetch_answer *out) MUST_USE;

/** May a name lead to this address (struct sockaddr)? For fetch() and its test. */
bool fetch_may_reach(const void *sockaddr, enum fetch_reach reach);

/** Append as a value of a query or form: all but unreserved characters escaped (RFC 3986). */
void fetch_put_value(struct buf *out, struct str value);

#endif

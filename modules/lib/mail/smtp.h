/* smtp.h: hand one message to the relay (libcurl). */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "base/str.h"

struct smtp_conf {
    const char *host;
    int port;
    /** demand TLS with a valid certificate; else plain (a relay on loopback) */
    bool starttls;
    const char *ca_file; /**< NULL or "" = the system's */
    const char *helo;    /**< our name */
    int64_t connect_timeout_ms;
    int64_t timeout_ms; /**< for the whole conversation */
};

/** Expected outcomes. */
enum smtp_verdict {
    SMTP_SENT, /**< the relay has taken it */
    SMTP_LATER, /**< relay away, temporary refusal, or unknown: try again with the same message */
    SMTP_REFUSED /**< the relay refused it for good (5xx) */
};

/** Once per process, before the first smtp_send. */
enum err smtp_start(void) MUST_USE;
/**
 * Send. Addresses are plain (compose.h checks). `error_out` says why unless SMTP_SENT: printable
 * ASCII, without addresses. No proxy is ever used. Blocks at most timeout_ms.
 */
enum smtp_verdict smtp_send(struct arena *arena, const struct smtp_conf *conf,
                            struct str sender, struct str recipient, struct str message,
                            struct str *error_out);

#endif

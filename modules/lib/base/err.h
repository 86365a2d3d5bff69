/* err.h: what a call that can fail returns, and where its cause is noted. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/** Outcome of a call. Each maps to one HTTP status, in one place (web/response.c). */
enum err {
    OK = 0,
    ERR_INPUT, /**< the caller's data is wrong: 422 (400 where the request itself is malformed) */
    ERR_AUTH,        /**< not signed in: 303 to the login page, 401 for JSON */
    ERR_DENIED,      /**< signed in, no right (CSRF included): 403 */
    ERR_NOT_FOUND,   /**< absent, or not visible to this person: 404 */
    ERR_CONFLICT,    /**< somebody else was faster, or the state does not allow it: 409 */
    ERR_TOO_LARGE,   /**< over a size limit: 413 */
    ERR_LIMITED,     /**< throttled: 429 with Retry-After */
    ERR_UNAVAILABLE, /**< database, directory or scanner away: 503 */
    ERR_UNCERTAIN, /**< connection lost during commit: done or not done, never retried blindly: 503 */
    ERR_INTERNAL, /**< our own defect: 500 */
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_arg)                                             \
    __attribute__((format(printf, format_index, first_arg)))

/** "INPUT", "NOT_FOUND" ...: static text for logs. */
const char *err_name(enum err err);

/**
 * Record the cause of a failure once, at the lowest function that knows it, and return `err`, so
 * that `return err_note(ERR_UNAVAILABLE, "connect %s: %s", ...)` is one line. The text goes to the
 * log line of the current request; it must hold no secret and no personal data. The first note
 * since err_clear() wins.
 */
enum err err_note(enum err err, const char *format, ...) PRINTF_LIKE(2, 3);

/** The text noted since err_clear(), "" if none. Valid until the next err_note/err_clear. */
const char *err_text(void);

/** Forget the noted cause: start of a request or job. */
void err_clear(void);

/** A broken invariant: log and abort. Never called on input. */
#define bug(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void err_bug(const char *file, int line, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif

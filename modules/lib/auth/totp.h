/* totp.h: codes of an authenticator app (RFC 6238): six digits, 30 seconds, SHA-1. The only file with liboath. */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include "base/clock.h"
#include "base/str.h"

/** As long as the SHA-1 that it keys (RFC 4226 section 4, R6). */
#define TOTP_SECRET_BYTES 20
#define TOTP_DIGITS       6
#define TOTP_STEP_S       30
/** Steps before and behind the present one whose codes are good: a phone's clock may be that far off. */
#define TOTP_WINDOW 1
/** A code this many steps old is told to be old. What it was helps nobody. */
#define TOTP_OLD_STEPS 20

enum totp_verdict {
    TOTP_RIGHT,
    TOTP_WRONG, /**< also a code that will be right later: saying so would help a guesser */
    TOTP_USED, /**< right, and so was one as late or later before: a replay */
    TOTP_TOO_OLD /**< was right some minutes ago: typed too late, or the phone's clock is slow */
};

/** For typing: base32 in groups of four with blanks. */
struct str totp_secret_text(struct arena *arena, struct str secret);
/** For a QR code or a tap: otpauth://totp/... (Key Uri Format of Google Authenticator). `issuer` and `account` are
 *  what the app shows. */
struct str totp_link(struct arena *arena, struct str issuer, struct str account,
                     struct str secret);
/** The digits of what somebody typed: blanks and dashes dropped. False unless exactly six remain. */
bool totp_digits(struct str typed, char digits_out[TOTP_DIGITS + 1]);
/**
 * Judge six digits. `last_counter` is the counter of the code used last, 0 for none; `*counter_out` (TOTP_RIGHT) is
 * the one to be kept, by a statement that refuses a counter not later than the stored one. Takes the same time
 * whatever the digits.
 */
enum totp_verdict totp_check(struct str secret, const char digits[TOTP_DIGITS + 1],
                             instant_us now, int64_t last_counter, int64_t *counter_out);

#endif

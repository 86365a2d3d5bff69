#include "auth/totp.h"

#include <liboath/oath.h>

#include "base/secret.h"
#include "text/escape.h"

#define LINK_MAX 2048

struct str totp_secret_text(struct arena *arena, struct str secret)
{
    struct str text = str_base32(arena, secret.ptr, secret.len);
    struct buf grouped = buf_init(arena, 2 * text.len + 1);

    for (size_t i = 0; i < text.len; i++) {
        if (i && i % 4 == 0)
            buf_put_char(&grouped, ' ');
        buf_put_char(&grouped, text.ptr[i]);
    }
    return buf_str(&grouped);
}

struct str totp_link(struct arena *arena, struct str issuer, struct str account,
                     struct str secret)
{
    struct buf link = buf_init(arena, LINK_MAX);

    /* The defaults are named, since apps differ in what they assume. */
    buf_put_c(&link, "otpauth://totp/");
    escape_url_part(&link, issuer);
    buf_put_c(&link, ":");
    escape_url_part(&link, account);
    buf_put_c(&link, "?secret=");
    buf_put(&link, str_base32(arena, secret.ptr, secret.len));
    buf_put_c(&link, "&issuer=");
    escape_url_part(&link, issuer);
    buf_format(&link, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_S);
    if (buf_check(&link) != OK)
        bug("name of an account of %zu bytes", account.len);
    return buf_str(&link);
}

bool totp_digits(struct str typed, char digits_out[TOTP_DIGITS + 1])
{
    char digits[TOTP_DIGITS + 1] = "";
    size_t len = 0;

    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];

        if (c == ' ' || c == '-')
            continue;
        if (c < '0' || c > '9' || len == TOTP_DIGITS)
            return false;
        digits[len++] = c;
    }
    if (len != TOTP_DIGITS)
        return false;
    memcpy(digits_out, digits, sizeof(digits));
    return true;
}

static bool is_code_of(struct str secret, int64_t counter, const char *digits)
{
    char right[TOTP_DIGITS + 1] = "";
    bool same;

    if (oath_hotp_generate(secret.ptr, secret.len, (uint64_t)counter, TOTP_DIGITS, false,
                           OATH_HOTP_DYNAMIC_TRUNCATION, right) != OATH_OK)
        bug("liboath gives no code");
    same = secret_eq((struct str){right, TOTP_DIGITS}, (struct str){digits, TOTP_DIGITS});
    secret_wipe(right, sizeof(right));
    return same;
}

enum totp_verdict totp_check(struct str secret, const char digits[TOTP_DIGITS + 1],
                             instant_us now, int64_t last_counter, int64_t *counter_out)
{
    int64_t present = now / (TOTP_STEP_S * US_PER_S);
    int64_t right = 0;
    bool used = false;
    bool old = false;

    if (oath_init() != OATH_OK)
        bug("liboath does not start");
    /* Every counter is looked at, whatever was found before. */
    for (int64_t i = present - TOTP_OLD_STEPS; i <= present + TOTP_WINDOW; i++) {
        if (!is_code_of(secret, i, digits))
            continue;
        if (i < present - TOTP_WINDOW)
            old = true;
        else if (i <= last_counter)
            used = true;
        else
            right = i;
    }
    if (right)
        *counter_out = right;
    return right ? TOTP_RIGHT : used ? TOTP_USED : old ? TOTP_TOO_OLD : TOTP_WRONG;
}

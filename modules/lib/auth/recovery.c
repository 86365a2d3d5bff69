#include "auth/recovery.h"

#include "base/buf.h"
#include "base/random.h"

#define GROUP 4

static const char DIGITS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct recovery_code_new recovery_code_make(struct arena *arena)
{
    struct recovery_code_new code;
    struct buf text = buf_init(arena, 2 * RECOVERY_DIGITS);
    unsigned char bytes[RECOVERY_DIGITS];
    char digits[RECOVERY_DIGITS];

    random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < RECOVERY_DIGITS; i++) {
        digits[i] = DIGITS[bytes[i] & 31];
        if (i && i % GROUP == 0)
            buf_put_char(&text, '-');
        buf_put_char(&text, digits[i]);
    }
    code.text = buf_str(&text);
    sha256((struct str){digits, sizeof(digits)}, code.sha256);
    secret_wipe(bytes, sizeof(bytes));
    secret_wipe(digits, sizeof(digits));
    return code;
}

/* The digit that was meant, or NUL. */
static char digit_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return c && strchr(DIGITS, c) ? c : '\0';
}

bool recovery_code_hash(struct str typed, uint8_t sha256_out[SHA256_BYTES])
{
    char digits[RECOVERY_DIGITS];
    size_t len = 0;

    for (size_t i = 0; i < typed.len; i++) {
        char digit = digit_of(typed.ptr[i]);

        if (typed.ptr[i] == ' ' || typed.ptr[i] == '-')
            continue;
        if (!digit || len == RECOVERY_DIGITS)
            return false;
        digits[len++] = digit;
    }
    if (len != RECOVERY_DIGITS)
        return false;
    sha256((struct str){digits, sizeof(digits)}, sha256_out);
    secret_wipe(digits, sizeof(digits));
    return true;
}

#include "base/random.h"

#include <sodium.h>

void random_bytes(void *out, size_t size_bytes)
{
    if (sodium_init() < 0)
        bug("libsodium does not start");
    randombytes_buf(out, size_bytes);
}

struct str random_reference(struct arena *arena, char prefix)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned char bytes[8];
    char text[8];

    random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = digits[bytes[i] & 31];
    return str_format(arena, "%c-%.4s-%.4s", prefix, text, text + 4);
}

/* fuzz_mail_payload.c: the JSON of an outbox row. */
#include "mail/payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)8 << 20);
    struct mail_payload payload;
    err_clear();
    if (size <= 65536) {
        (void)mail_payload_parse(arena, (struct str){(const char *)data, size}, &payload);
    }
    arena_free(&arena);
    return 0;
}

/* multipart: any bytes, cut anywhere (the first byte chooses the size of the pieces), must end in a
 * verdict; what was handed on must not depend on the cuts. */
#include <stdint.h>

#include "base/buf.h"
#include "base/secret.h"
#include "web/multipart.h"

struct seen {
    struct sha256_stream digest;
    size_t open;
};

static enum err on_begin(void *context, const struct multipart_part *part)
{
    struct seen *seen = context;

    if (seen->open || !part->name.ptr || !str_is_utf8(part->name))
        bug("part begins inside a part, or has no name");
    seen->open = 1;
    sha256_feed(&seen->digest, part->name.ptr, part->name.len);
    sha256_feed(&seen->digest, "\n", 1);
    return OK;
}

static enum err on_data(void *context, const void *bytes, size_t size_bytes)
{
    struct seen *seen = context;

    if (!seen->open || size_bytes == 0)
        bug("data outside a part");
    sha256_feed(&seen->digest, bytes, size_bytes);
    return OK;
}

static enum err on_end(void *context)
{
    struct seen *seen = context;

    if (!seen->open)
        bug("end outside a part");
    seen->open = 0;
    sha256_feed(&seen->digest, ";", 1);
    return OK;
}

static enum err parse(struct arena *arena, const uint8_t *data, size_t size, size_t step,
                      uint8_t out[SHA256_BYTES])
{
    struct seen seen = {.open = 0};
    struct multipart_handler handler = {on_begin, on_data, on_end, &seen};
    struct multipart *m = multipart_new(arena, STR("b"), &handler, 20);
    enum err err = OK;

    sha256_begin(&seen.digest);
    for (size_t i = 0; err == OK && i < size; i += step)
        err = multipart_feed(m, data + i, size - i < step ? size - i : step);
    if (err == OK)
        err = multipart_finish(m);
    sha256_end(&seen.digest, out);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    struct str boundary;
    uint8_t whole[SHA256_BYTES];
    uint8_t cut[SHA256_BYTES];
    size_t step;

    if (size > 0) {
        step = (size_t)data[0] % 16 + 1;
        if (parse(arena, data + 1, size - 1, size, whole) !=
                parse(arena, data + 1, size - 1, step, cut) ||
            memcmp(whole, cut, sizeof(whole)) != 0)
            bug("the cuts changed the result");
        (void)multipart_boundary((struct str){(const char *)data, size}, &boundary);
    }
    arena_free(&arena);
    err_clear();
    return 0;
}

/* Any bytes as what a browser or the database gives back: a seal that was not made here never opens, and what
 * people type as a code is a code or nothing. */
#include "auth/recovery.h"
#include "auth/seal.h"
#include "auth/totp.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct seal_keys *keys;

/* Keys come from a file; one for the life of the process. */
static void open_keys(void)
{
    static const char text[] =
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
    char folder[] = "/tmp/kontor-fuzz-XXXXXX";
    struct arena *arena = arena_new(1u << 20);
    struct seal_keys *opened = NULL;
    struct conf *conf = NULL;
    struct str conf_path;
    struct str key_path;
    FILE *file;

    if (!mkdtemp(folder))
        bug("no folder");
    key_path = str_format(arena, "%s/keys", folder);
    conf_path = str_format(arena, "%s/kontor.conf", folder);
    file = fopen(key_path.ptr, "we");
    if (!file || fputs(text, file) < 0 || fchmod(fileno(file), 0400) != 0 ||
        fclose(file) != 0)
        bug("no key file");
    file = fopen(conf_path.ptr, "we");
    if (!file || fputs("[login]\nkey_file = keys\n", file) < 0 || fclose(file) != 0)
        bug("no configuration");
    if (conf_load(arena, conf_path.ptr, &conf) != OK ||
        seal_keys_open(arena, conf, &opened) != OK)
        bug("%s", err_text());
    (void)unlink(key_path.ptr);
    (void)unlink(conf_path.ptr);
    (void)rmdir(folder);
    keys = opened;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1u << 20);
    struct str input = {(const char *)data, size};
    char digits[TOTP_DIGITS + 1];
    uint8_t digest[SHA256_BYTES];
    struct str text;
    struct str plain;

    if (!keys)
        open_keys();
    if (seal_open(arena, keys, STR("fuzz"), input, &plain) == OK ||
        seal_open_text(arena, keys, STR("fuzz"), input, &plain) == OK)
        bug("a seal that nobody made");
    if (size <= SEAL_BYTES_MAX) {
        text = seal_text(arena, keys, STR("fuzz"), input);
        if (seal_open_text(arena, keys, STR("fuzz"), text, &plain) != OK ||
            !str_eq(plain, input))
            bug("a seal that does not open");
    }
    if (str_unbase64url(arena, input, &plain) == OK &&
        !str_eq(str_base64url(arena, plain.ptr, plain.len), input))
        bug("two texts for the same bytes");
    if (totp_digits(input, digits) && recovery_code_hash(input, digest))
        bug("a code of both kinds");
    arena_free(&arena);
    return 0;
}

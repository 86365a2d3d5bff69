#include "app/sign_on/known_device.h"

#include "base/random.h"
#include "base/secret.h"
#include "formats/locale.h"

#define PURPOSE  STR("known-device")
#define ID_BYTES 16

struct str known_device_login(struct arena *arena, struct str login)
{
    uint8_t digest[SHA256_BYTES];

    sha256(locale_fold(arena, login), digest);
    return str_hex(arena, digest, sizeof(digest));
}

struct str known_device_text(struct arena *arena, const struct seal_keys *keys,
                             const struct known_device *device, instant_us now)
{
    struct str id = device->id;
    uint8_t bytes[ID_BYTES];

    if (!id.ptr) {
        random_bytes(bytes, sizeof(bytes));
        id = str_hex(arena, bytes, sizeof(bytes));
    }
    return seal_text(arena, keys, PURPOSE,
                     str_format(arena, "%lld.%.*s.%lld.%.*s",
                                (long long)(now / US_PER_DAY), STR_ARG(id),
                                (long long)device->person_id,
                                STR_ARG(device->login_sum)));
}

struct known_device known_device_read(struct arena *arena, const struct seal_keys *keys,
                                      struct str text, instant_us now)
{
    const struct known_device none = {.id = STR_NONE};
    struct known_device device = none;
    struct str plain;
    struct str day;
    struct str person;
    int64_t made_on = 0;

    if (text.len == 0 || seal_open_text(arena, keys, PURPOSE, text, &plain) != OK)
        return none;
    if (!str_next(&plain, '.', &day) || str_to_i64(day, &made_on) != OK ||
        !str_next(&plain, '.', &device.id) || device.id.len != (size_t)2 * ID_BYTES ||
        !str_next(&plain, '.', &person) || str_to_i64(person, &device.person_id) != OK)
        return none;
    device.login_sum = plain;
    return now / US_PER_DAY - made_on > KNOWN_DEVICE_DAYS ? none : device;
}

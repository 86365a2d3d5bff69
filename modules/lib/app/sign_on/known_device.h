/* known_device.h: a cookie that says: from this browser somebody has signed on before. It signs nobody on. It gives its
 * browser tries of its own (a stranger's wrong guesses at the login do not hold up its owner), and tells a sign-on from
 * somewhere new from one at the usual place. Sealed with login's keys; good for 90 days. No database. */
#ifndef APP_KNOWN_DEVICE_H
#define APP_KNOWN_DEVICE_H

#include "base/clock.h"
#include "auth/seal.h"

#define KNOWN_DEVICE_DAYS 90

struct known_device {
    struct str id;     /**< random; absent: no such cookie, or not ours, or too old */
    int64_t person_id; /**< who signed on last; 0: the second factor is still to come */
    struct str login_sum; /**< hex digest of the folded login; empty: not by password */
};

/** The cookie's text in the arena; `device->id` absent makes a new one. */
struct str known_device_text(struct arena *arena, const struct seal_keys *keys,
                             const struct known_device *device, instant_us now);
/** `id` absent unless the text is ours and young enough. */
struct known_device known_device_read(struct arena *arena, const struct seal_keys *keys,
                                      struct str text, instant_us now);
/** What known_device.login_sum holds for a login. */
struct str known_device_login(struct arena *arena, struct str login);

#endif

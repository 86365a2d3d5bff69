/* device.h: which browser this is: in words for people, and as a cookie that knows it again. Private to login. */
#ifndef LOGIN_DEVICE_H
#define LOGIN_DEVICE_H

#include "app/sign_on/known_device.h"
#include "login.h"

/** "Firefox, Windows" of a User-Agent header; "Browser" if nothing in it is known. Nothing of the header itself is ever
 *  part of it. */
struct str device_words(struct arena *arena, struct str user_agent);

/** The cookie of this browser; `id` absent if none. */
struct known_device device_known(const struct page *page);
/** Its id if the browser was used with this login before; else absent. */
struct str device_id_for(const struct page *page, struct str login);
/** Keep in this browser that `login` (absent: not by password) was right here, and who has signed on with it (0: the
 *  second factor is still to come). */
void device_remember(struct page *page, struct str login, int64_t person_id);

#endif

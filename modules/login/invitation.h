/* invitation.h: the link of an invitation's mail, /login?invitation=TOKEN, on its way through a sign-on of whatever kind.
 * Private to login. */
#ifndef LOGIN_INVITATION_H
#define LOGIN_INVITATION_H

#include "store/profile.h"
#include "login.h"

/** The invitation that this browser has followed; absent if none. */
struct str invitation_token(const struct page *page);
/** Who invites whom; `out->open` false for one that is used, over, or never was. At most 1 statement. */
enum err invitation_read(const struct page *page, struct str token,
                         struct invitation_offer_row *out) MUST_USE;
/** Keep the token in this browser for the sign-on. */
void invitation_keep(struct page *page, struct str token);
/** Somebody has signed on here: the token goes, and where it was for somebody else they are told so. */
void invitation_done(struct page *page, int64_t person_id);

struct invitation_over_view {
    struct str login_url;
};
extern const struct view_type invitation_over_view_type;

#endif

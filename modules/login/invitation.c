#include "invitation.h"

#include "base/log.h"
#include "base/secret.h"

#define COOKIE "invitation"
#define AGE_S  (60 * 60)

struct str invitation_token(const struct page *page)
{
    return page_cookie_value(page, page_cookie_name(page, COOKIE));
}

enum err invitation_read(const struct page *page, struct str token,
                         struct invitation_offer_row *out)
{
    uint8_t digest[SHA256_BYTES];
    enum err err;

    *out = (struct invitation_offer_row){0};
    if (token.len == 0)
        return OK;
    sha256(token, digest);
    err = invitation_offer(page->db, page->arena, digest, page->now, out);
    return err == ERR_NOT_FOUND ? OK : err;
}

void invitation_keep(struct page *page, struct str token)
{
    struct str name = page_cookie_name(page, COOKIE);

    page_cookie(page, str_c(page->arena, name), token, AGE_S);
}

void invitation_done(struct page *page, int64_t person_id)
{
    struct str name = page_cookie_name(page, COOKIE);
    struct invitation_offer_row offer = {0};

    if (invitation_token(page).len == 0)
        return;
    page_cookie(page, str_c(page->arena, name), STR(""), 0);
    /* They are in; a sentence that cannot be looked up is no reason to undo that. */
    if (invitation_read(page, invitation_token(page), &offer) != OK) {
        log_event(LOG_LEVEL_WARN, "invitation_unread", "%s", err_text());
        err_clear();
    } else if (offer.person_id && offer.person_id != person_id) {
        page_warning(
            page, N_("You are signed in with the account that you had here before. The "
                     "invitation is for somebody else and was not used."));
    } else if (offer.person_id) {
        page_notice(page, N_("You have accepted the invitation."));
    }
}

static const struct view_field over_fields[] = {
    VIEW_H(struct invitation_over_view, login_url, VIEW_STR),
};
VIEW_TYPE(invitation_over_view_type, struct invitation_over_view, over_fields);

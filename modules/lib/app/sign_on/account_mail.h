/* account_mail.h: mails to a person about their own account: a sign-in from somewhere new, a changed password. */
#ifndef APP_ACCOUNT_MAIL_H
#define APP_ACCOUNT_MAIL_H

#include "app/actor.h"

struct account_mail {
    const char *template_name; /**< "new-sign-in" */
    const char *url_path;      /**< where to look, "/profile/sessions" */
    struct str device;         /**< "Firefox, Windows"; absent or empty: not said */
    struct str network;        /**< as network_short() */
};
/** Queue it, where the person has an address. Inside the transaction of what it tells. 2 statements. */
enum err account_mail(const struct actor *actor, int64_t person_id,
                      const struct account_mail *mail) MUST_USE;

/** An address as people recognise it, without the part that is one line's: "192.0.2.…", "2001:db8:1:2:…". What is no
 *  address stays empty. */
struct str network_short(struct arena *arena, struct str address);

#endif

/* identity.h: who a directory or a provider says somebody is. Made by directory.c and oidc.c, judged
 * by app/sign_on/sign_on_enter.c; no database here. */
#ifndef AUTH_IDENTITY_H
#define AUTH_IDENTITY_H

#include "auth/rights.h"

#define IDENTITY_TEAMS_MAX 32

/** How somebody who signs on for the first time may become a person Kontor knows. */
enum identity_link {
    IDENTITY_LINK_NONE, /**< never: a new person, where the source itself says company or roles */
    /** by the login: an invitation for this login at this issuer, or the person of `link_issuer`
     *  with this login */
    IDENTITY_LINK_LOGIN = 1,
    IDENTITY_LINK_INVITATION = 2, /**< by the link of an invitation's mail */
};

/** Strings live in the arena of the call that made it. */
struct identity {
    struct str issuer;  /**< "ldap:main", or the provider's issuer URL */
    struct str subject; /**< stable at the issuer, at most 255 bytes; never empty */
    struct str
        login; /**< as the source writes it, for people; may be empty for a provider */
    struct str dn; /**< directory only; never logged */
    struct str display_name;
    struct str email; /**< may be empty */
    bool is_staff;
    bool is_customer;
    /** The source says which company (it is configured to): company_key counts, also when absent.
     *  Else the company is the one Kontor has for the person. */
    bool company_said;
    struct str company_key; /**< member number; absent for none */
    unsigned roles;         /**< staff: bit set, 1u << enum role */
    struct str teams[IDENTITY_TEAMS_MAX];
    size_t team_count;
    unsigned links; /**< enum identity_link, or-ed */
    /** With IDENTITY_LINK_LOGIN: the issuer whose login counts; absent: its own. */
    struct str link_issuer;
    /** Directory only: warnings that came with the right password; -1 for none. */
    int64_t password_expires_s; /**< seconds until the password is too old */
    int grace_logins;           /**< sign-ons left with one that is too old */
    /** Several companies are said (two groups, two values): company_key is absent then. */
    bool company_ambiguous;
    bool second_factor; /**< the source says that two factors were used (acr, amr) */
    /** Who proved it, where that was a provider; absent for passwords. It is the identity's own issuer and subject, unless
     *  the provider only vouches for somebody of a directory. */
    struct str provider_issuer;
    struct str provider_subject;
    /** Provider only: its session, for signing off there; absent otherwise. */
    struct str provider_sid;
};

#endif

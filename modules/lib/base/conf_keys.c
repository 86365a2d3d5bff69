#include "base/conf.h"

/* Every key of the configuration. A key without a fallback is mandatory where its section
 * stands; a program that cannot work without a section asks for it with conf_need(). */
#define TEXT(section, key, fallback, meaning)                                            \
    {                                                                                    \
        section, key, CONF_TEXT, fallback, NULL, 0, 0, meaning                           \
    }
#define PATH(section, key, fallback, meaning)                                            \
    {                                                                                    \
        section, key, CONF_PATH, fallback, NULL, 0, 0, meaning                           \
    }
#define INT(section, key, fallback, min, max, meaning)                                   \
    {                                                                                    \
        section, key, CONF_INT, fallback, NULL, min, max, meaning                        \
    }
#define BOOL(section, key, fallback, meaning)                                            \
    {                                                                                    \
        section, key, CONF_BOOL, fallback, NULL, 0, 0, meaning                           \
    }
#define CHOICE(section, key, fallback, choices, meaning)                                 \
    {                                                                                    \
        section, key, CONF_CHOICE, fallback, choices, 0, 0, meaning                      \
    }

static const struct conf_key CONF_KEYS[] = {
    {"site", "prefix", CONF_PREFIX, "/", NULL, 0, 0,
     "URL path below which all pages lie, with '/' at both ends"},
    {"site", "origin", CONF_ORIGIN, "http://localhost:8080", NULL, 0, 0,
     "scheme, host and port that people type; POSTs from elsewhere are refused"},
    {"site", "staff_origin", CONF_ORIGIN, "", NULL, 0, 0,
     "the same for staff, where their pages are in a server block of their own"},
    TEXT("site", "name", "Kontor", "name of the portal in page titles and mails"),
    TEXT("site", "contact_mail", "", "address shown on error pages"),
    CHOICE("site", "language", "de", "de en", "language when nothing else decides"),
    TEXT("site", "cookie_suffix", "",
         "ending of cookie names, where two sites share a host"),
    TEXT("site", "admission_url", "",
         "page where a company applies to become a member, offered to people of none: "
         "path or "
         "https address; empty: there is none"),
    TEXT("site", "return_paths", "",
         "other guarded parts of the site that sign-on may lead back to: paths with '/' "
         "at "
         "both ends, separated by blanks"),

    PATH("database", "socket", "", "Unix socket of MariaDB; empty: connect to host"),
    TEXT("database", "host", "", "host of MariaDB; empty: use the socket"),
    INT("database", "port", "3306", 1, 65535, "port of MariaDB"),
    PATH("database", "ca_file", "",
         "CA certificate of a MariaDB that is reached by host: TLS only, name checked; "
         "needed unless host is this machine"),
    TEXT("database", "name", "kontor", "schema"),
    TEXT("database", "user_prefix", "kontor_",
         "the account is this and the program's name"),
    PATH("database", "password_dir", "secrets",
         "folder with one password file per program"),

    PATH("templates", "dir", NULL, "folder of the page templates"),
    PATH("templates", "catalogues", NULL, "folder with de.mo and en.mo"),
    PATH("templates", "static_manifest", NULL,
         "JSON: name of a static file to its hashed name"),

    INT("session", "idle_minutes", "30", 1, 1440,
        "a session ends after this long without use"),
    INT("session", "absolute_hours", "12", 1, 168,
        "a session ends after this long in any case"),
    INT("session", "step_up_minutes", "10", 1, 1440,
        "delicate acts want a proof of who this is, not older than this"),
    INT("session", "support_minutes", "30", 1, 240,
        "a support view of a company's portal ends after this long"),
    INT("session", "directory_sync_seconds", "60", 5, 3600,
        "how soon a change in a directory takes effect on those signed in"),

    PATH("login", "key_file", "secrets/login-keys",
         "keys that seal second factors and sign-on cookies: 64 hexadecimal digits a "
         "line, the "
         "first seals, all open; readable by kontor-login alone"),

    TEXT("second_factor", "required_for", "intake member lead admin auditor",
         "role keys, separated by blanks, whose people need a second factor; those of "
         "others may "
         "have one"),
    TEXT("second_factor", "issuer", "",
         "what the authenticator app shows beside the login; empty: the site's name"),
    INT("second_factor", "tries", "5", 3, 20,
        "wrong codes of one sign-on, then it begins again with the password"),

    CHOICE("directory", "kind", "openldap", "openldap ad",
           "what the keys without a value mean; ad: Active Directory"),
    TEXT("directory", "uri", NULL,
         "LDAP servers, separated by blanks, tried in this order"),
    BOOL("directory", "starttls", "no",
         "the servers are ldap:// and must go over to TLS before anything else"),
    PATH("directory", "ca_file", "",
         "certificates that sign the directory's; must be set, "
         "/etc/ssl/certs/ca-certificates.crt are the system's"),
    TEXT("directory", "bind_dn", "", "account that searches"),
    PATH("directory", "bind_password_file", "", "its password"),
    TEXT("directory", "user_base", NULL, "where people are searched"),
    TEXT("directory", "user_filter", "",
         "how a person is found; empty: (uid={login}), ad: account name or "
         "userPrincipalName of a user"),
    TEXT("directory", "active_filter", "",
         "people it does not match are disabled; {filetime}, {utc}: now; empty: none, "
         "ad: neither disabled nor ended; none: none"),
    INT("directory", "timeout_ms", "2500", 100, 10000,
        "limit for one sign-on at this directory, all its servers together"),
    CHOICE("directory", "people", "base", "base staff customers",
           "who the people are: all staff, all customers, or by customer_base and "
           "staff_base"),
    TEXT("directory", "customer_base", "", "people below this entry are customers"),
    TEXT("directory", "staff_base", "", "people below this entry are staff"),
    TEXT("directory", "subject_attribute", "",
         "attribute that tells a person from all others for ever; empty: entryUUID, ad: "
         "objectGUID; none: the login"),
    TEXT("directory", "name_attribute", "",
         "attribute with the person's name; empty: cn, ad: displayName"),
    TEXT("directory", "mail_attribute", "mail", "attribute with the mail address"),
    TEXT("directory", "company_attribute", "",
         "attribute with the member number; empty: o, ad: company; none: the directory "
         "does not say, or by groups"),
    TEXT("directory", "role_group_base", "", "groups whose cn is a role key"),
    TEXT("directory", "team_group_base", "", "groups whose cn is a team key"),
    TEXT("directory", "company_group_base", "", "groups of member companies' people"),
    TEXT("directory", "company_group_attribute", "cn",
         "attribute of such a group with the member number"),
    PATH("directory", "group_map", "",
         "file with lines \"DN -> role KEY, team KEY\" or \"DN -> company NUMBER\""),
    TEXT("directory", "group_base", "",
         "where groups of group_map, and nested ones, are searched"),
    TEXT("directory", "group_member_attribute", "member",
         "attribute of a group that names its people"),
    CHOICE("directory", "group_member_value", "dn", "dn login",
           "what stands in it: the entry's DN, or the login (memberUid)"),
    CHOICE("directory", "nested", "default", "default off in-chain expand",
           "groups in groups; in-chain: the server follows them (Active Directory), "
           "expand: Kontor does, below group_base; default: off, ad: in-chain"),
    BOOL("directory", "password_change", "no",
         "people may change their password through Kontor"),
    TEXT("directory", "decoy_dn", "",
         "entry that unknown logins are bound as; empty: a name that does not exist"),

    TEXT("provider", "issuer", NULL,
         "the provider's issuer, an https address, exactly as its discovery document "
         "has it"),
    TEXT("provider", "client_id", NULL, "what the provider calls Kontor"),
    PATH("provider", "client_secret_file", "",
         "Kontor's secret there; empty: a public client, proved by PKCE alone"),
    CHOICE("provider", "side", NULL, "staff customers", "who signs in by it"),
    TEXT("provider", "label_de", "", "its name on the button; empty: the section's"),
    TEXT("provider", "label_en", "", "the same in English"),
    TEXT("provider", "scopes", "openid profile email", "what is asked for"),
    PATH("provider", "ca_file", "",
         "certificates that sign the provider's; empty: the system's"),
    TEXT("provider", "hosts", "",
         "further host[:port]s that its endpoints may be on; its own always may"),
    CHOICE("provider", "reach", "public", "public private loopback",
           "addresses that its names may lead to: public ones, private networks too, or "
           "this machine too (tests)"),
    INT("provider", "timeout_ms", "5000", 200, 20000,
        "limit for one sign-on, all requests to the provider together"),
    TEXT("provider", "algorithms", "RS256 PS256 ES256",
         "signatures that its tokens may have: RS, PS, ES with 256, 384, 512"),
    INT("provider", "clock_skew_seconds", "60", 0, 300,
        "how far its clock and ours may differ"),
    TEXT("provider", "required_acr", "",
         "acr values, one of which a sign-on must have; asked for"),
    TEXT("provider", "second_factor_acr", "",
         "acr values that mean: with a second factor"),
    TEXT("provider", "second_factor_amr", "",
         "amr values that mean: with a second factor (RFC 8176: mfa otp hwk ...)"),
    INT("provider", "max_age_minutes", "0", 0, 10080,
        "the provider asks again who is there after this long; 0: it decides"),
    {"provider", "userinfo", CONF_BOOL, "no", NULL, 0, 0,
     "fetch the claims that the ID token lacks from the userinfo endpoint"},
    TEXT("provider", "login_claim", "preferred_username", "claim with the login"),
    TEXT("provider", "name_claim", "name", "claim with the person's name"),
    TEXT("provider", "mail_claim", "email", "claim with the mail address"),
    TEXT("provider", "company_claim", "",
         "customers: claim with the member number; empty: Kontor's own table says it"),
    TEXT("provider", "role_claim", "",
         "staff: claim with groups; empty: roles and teams come from the directory"),
    TEXT("provider", "role_map", "",
         "group=role ..., where groups are not called like the roles"),
    TEXT("provider", "team_claim", "", "staff: claim with team keys"),
    TEXT("provider", "link", "none",
         "how an identity that is new becomes a known person: none, invitation (same "
         "login, invited), or login:NAME (same login in directory NAME)"),
    {"provider", "logout", CONF_BOOL, "yes", NULL, 0, 0,
     "offer to end the session at the provider, too"},

    INT("throttle", "per_login", "5", 1, 1000,
        "failed sign-ons per login within the window"),
    INT("throttle", "per_network", "100", 1, 100000, "failed sign-ons per network"),
    INT("throttle", "window_minutes", "15", 1, 1440, "length of the window"),

    PATH("files", "store", NULL, "folder of the stored documents"),
    PATH("files", "spool", NULL,
         "folder for uploads under way, same file system as the store"),
    INT("files", "max_bytes", "25000000", 1024, INT64_C(1) << 31, "largest document"),

    PATH("scan", "socket", NULL, "Unix socket of kontor-scan"),
    INT("scan", "timeout_ms", "10000", 100, 60000, "limit for one verdict"),
    PATH("scan", "magic", "", "compiled magic database; empty: the system's"),

    TEXT("mail", "relay_host", "127.0.0.1", "SMTP relay"),
    INT("mail", "relay_port", "25", 1, 65535, "its port"),
    CHOICE("mail", "relay_tls", "off", "off starttls",
           "starttls: refuse to send without a certificate that verifies"),
    PATH("mail", "relay_ca_file", "",
         "certificates that sign the relay's; empty: the system's"),
    TEXT("mail", "from", "kontor@example.org", "sender of all mails"),

    INT("worker", "poll_ms", "500", 10, 60000,
        "pause of the worker when there is nothing to do"),

    INT("intake", "due_hours", "24", 1, 8760, "time the intake has for a new request"),

    PATH("ctl", "sql", "", "folder with migrations, grants and demo, for kontorctl"),

    CHOICE("log", "level", "info", "error warn info debug",
           "least urgent lines that are written"),
    {"log", "statements", CONF_BOOL, "false", NULL, 0, 0,
     "say the number of statements in a response header (tests)"},
};

const struct conf_key *conf_keys(size_t *count_out)
{
    *count_out = sizeof(CONF_KEYS) / sizeof(*CONF_KEYS);
    return CONF_KEYS;
}

const char *conf_kind_name(enum conf_kind kind)
{
    switch (kind) {
    case CONF_TEXT:
        return "text";
    case CONF_PATH:
        return "path";
    case CONF_INT:
        return "number";
    case CONF_BOOL:
        return "yes or no";
    case CONF_CHOICE:
        return "choice";
    case CONF_PREFIX:
        return "URL path";
    case CONF_ORIGIN:
        return "origin";
    }
    return "";
}

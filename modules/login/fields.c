/* fields.c: what the forms and links of profile, step-up and password may hold. */
#include "password.h"
#include "profile.h"
#include "step_up.h"

#define RETURN_TO(form)                                                                  \
    {                                                                                    \
        .name = "return_to", .label = N_("Address to return to"), .type = FIELD_TEXT,    \
        .max = 500, .offset = offsetof(form, return_to)                                  \
    }

static const char *const LANGUAGES[] = {"de", "en", NULL};

const struct field profile_form_fields[2] = {
    {.name = "language",
     .label = N_("Language"),
     .type = FIELD_CHOICE,
     .required = true,
     .choices = LANGUAGES,
     .offset = offsetof(struct profile_form, language)},
    {.name = "zone",
     .label = N_("Time zone"),
     .type = FIELD_TEXT,
     .max = 64,
     .offset = offsetof(struct profile_form, zone)},
};

const struct field step_up_query_fields[1] = {RETURN_TO(struct step_up_query)};
const struct field step_up_form_fields[3] = {
    {.name = "password",
     .label = N_("Password"),
     .type = FIELD_PASSWORD,
     .offset = offsetof(struct step_up_form, password)},
    {.name = "code",
     .label = N_("Code from your authenticator app"),
     .type = FIELD_TEXT,
     .max = 60,
     .offset = offsetof(struct step_up_form, code)},
    RETURN_TO(struct step_up_form),
};

const struct field password_query_fields[1] = {RETURN_TO(struct password_query)};
const struct field password_form_fields[5] = {
    {.name = "login",
     .label = N_("Login name"),
     .type = FIELD_TEXT,
     .max = 190,
     .offset = offsetof(struct password_form, login)},
    {.name = "old_password",
     .label = N_("Old password"),
     .type = FIELD_PASSWORD,
     .offset = offsetof(struct password_form, old_password)},
    {.name = "new_password",
     .label = N_("New password"),
     .type = FIELD_PASSWORD,
     .offset = offsetof(struct password_form, new_password)},
    {.name = "again",
     .label = N_("New password, once more"),
     .type = FIELD_PASSWORD,
     .offset = offsetof(struct password_form, again)},
    RETURN_TO(struct password_form),
};

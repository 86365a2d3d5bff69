/* Every mail in both languages, byte for byte as in tests/golden/mails, with the catalogues that ship. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "../golden.h"
#include "mail/compose.h"

static struct arena *arena;
static struct mail_composer *composer;

static int setup(void **state)
{
    (void)state;
    struct i18n *i18n = NULL;
    arena = arena_new((size_t)64 << 20);
    enum err err = i18n_open(arena, "build/catalogues", &i18n);
    if (err == OK) {
        err = mail_composer_new(arena, "templates", i18n, &composer);
    }
    if (err != OK) {
        print_error("%s\n", err_text());
    }
    return err != OK;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct str of(enum language language, const char *en, const char *de)
{
    return str_from(language == LANGUAGE_DE ? de : en);
}

/** What the worker would fill in: a mail has a reason, a slot or a department only if it is about one. */
static struct mail_view view_for(const char *name, enum language language)
{
    bool sub_ticket = strcmp(name, "sub-ticket-opened") == 0;
    bool slot = strncmp(name, "document-", 9) == 0;
    struct mail_view view = {
        .ends_on = strcmp(name, "document-expires") == 0
                       ? day_from_civil((struct civil_date){2027, 3, 31})
                       : DAY_NONE,
        .reference = sub_ticket ? STR("R-7K2M-9QXD-1") : STR("R-7K2M-9QXD"),
        .request_type = of(language, "Change of address", "Änderung der Anschrift"),
        .company = STR("Südwerk Trading AG"),
        .url = STR("https://portal.example.org/portal/requests/R-7K2M-9QXD"),
        .site_name = STR("Kontor"),
    };
    if (slot) {
        view.slot_title = of(language, "Proof of the address", "Nachweis der Anschrift");
    }
    if (strcmp(name, "document-rejected") == 0) {
        view.reason =
            of(language, "The document is too old.", "Das Dokument ist zu alt.");
    }
    if (strcmp(name, "document-rejected") == 0 || strcmp(name, "request-declined") == 0) {
        view.reason_text = STR("An extract of this year, please.\nOne page is enough.");
    }
    if (strncmp(name, "second-factor-", 14) == 0 || strncmp(name, "recovery-", 9) == 0) {
        view = (struct mail_view){
            .person = STR("Kai Koordinator"),
            .count = STR("9"),
            .url = STR("https://portal.example.org/portal/profile/second-factor"),
            .site_name = STR("Kontor"),
        };
    }
    if (strcmp(name, "new-sign-in") == 0 || strcmp(name, "password-changed") == 0) {
        view = (struct mail_view){
            .device = STR("Firefox, Windows"),
            .network = STR("192.0.2.…"),
            .url = STR("https://portal.example.org/portal/profile/sessions"),
            .site_name = STR("Kontor"),
        };
    }
    if (strcmp(name, "invitation") == 0 || strcmp(name, "roles-changed") == 0) {
        view = (struct mail_view){
            .company = STR("Südwerk Trading AG"),
            .person = STR("Kai Koordinator"),
            .roles = of(language, "- Applicant: Power Germany\n- Board matters",
                        "- Antragsteller: Strom Deutschland\n- Vorstandsangelegenheiten"),
            .url = STR("https://portal.example.org/portal/login?invitation=abc"),
            .site_name = STR("Kontor"),
        };
    }
    if (strcmp(name, "access-requested") == 0) {
        view = (struct mail_view){
            .company = STR("Südwerk Trading AG"),
            .person = STR("Nele Neu"),
            .url = STR("https://portal.example.org/portal/account/people"),
            .site_name = STR("Kontor"),
        };
    }
    if (strcmp(name, "from-process") == 0) {
        view.subject = of(language, "Your new product", "Ihr neues Produkt");
        view.text = of(language, "You may trade it from tomorrow.",
                       "ab morgen können Sie es handeln.");
    }
    if (sub_ticket) {
        view.sub_ticket = of(language, "Check of the address", "Prüfung der Anschrift");
        view.team = STR("Compliance");
    }
    return view;
}

static void every_mail_is_as_it_was(void **state)
{
    (void)state;
    static const struct mail_header header = {
        .outbox_id = 7,
        .unique_key = STR("R-7K2M-9QXD:example:1"),
        .root_key = STR("R-7K2M-9QXD"),
        .host = STR("portal.example.org"),
        .sender = STR("kontor@example.org"),
        .sender_name = STR("Kontor"),
        .recipient = STR("applicant@example.org"),
        .date = INT64_C(1763776800) * US_PER_S,
    };
    for (size_t i = 0; mail_templates[i] != NULL; i++) {
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
            struct mail_view view = view_for(mail_templates[i], language);
            struct str bytes = STR_NONE;
            if (mail_compose(composer, arena, str_from(mail_templates[i]), language,
                             &view, &header, &bytes) != OK) {
                fail_msg("%s: %s", mail_templates[i], err_text());
            }
            const char *name = str_format(arena, "mails/%s.%s.eml", mail_templates[i],
                                          language_code(language))
                                   .ptr;
            golden_check(arena, name, bytes);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mail_is_as_it_was),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

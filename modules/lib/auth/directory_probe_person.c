/* The rungs of one person: entry, subject, account, password, groups, company. */
#include "base/clock.h"
#include "auth/directory_probe_own.h"

static bool probe_search(struct probe *probe, struct directory_entry *out)
{
    struct directory_entries found = {0};
    const char *filter;

    probe_begin(probe);
    if (directory_find(&probe->d, probe->arena, probe->input->login,
                       clock_monotonic_us() + probe->d.timeout_us,
                       &found) != DIRECTORY_DONE) {
        probe_add(probe, DIRECTORY_RUNG_SEARCH, DIRECTORY_RUNG_FAILED,
                  probe_noted(probe, "no answer"),
                  "Is user_filter one that the server takes?");
        return false;
    }
    filter = directory_user_filter(&probe->d, probe->arena, probe->input->login);
    probe_add(probe, DIRECTORY_RUNG_SEARCH, DIRECTORY_RUNG_OK,
              str_format(probe->arena, "%s below %s", filter, probe->d.user_base), NULL);
    probe_begin(probe);
    if (found.count == 1) {
        probe_add(probe, DIRECTORY_RUNG_ONE, DIRECTORY_RUNG_OK, found.items[0].dn, NULL);
        *out = found.items[0];
        return true;
    }
    probe_add(
        probe, DIRECTORY_RUNG_ONE, DIRECTORY_RUNG_FAILED,
        found.count == 0 ? STR("no entry") : STR("more than one entry"),
        found.count == 0
            ? "Is the login right, does the person lie below user_base, and may the "
              "service account see the entry?"
            : "A login must be one person's: make user_filter or user_base narrower.");
    return false;
}

static bool probe_subject(struct probe *probe, const struct directory_entry *entry)
{
    const struct directory *d = &probe->d;
    struct identity *who = &probe->report->identity;

    probe_begin(probe);
    if (directory_identify(d, probe->arena, entry, probe->input->login, who) != OK) {
        probe_add(probe, DIRECTORY_RUNG_SUBJECT, DIRECTORY_RUNG_FAILED,
                  probe_noted(probe, "no subject"),
                  "Set subject_attribute to one that every entry has once, and let the "
                  "service account read it.");
        return false;
    }
    probe_add(
        probe, DIRECTORY_RUNG_SUBJECT,
        who->is_staff || who->is_customer ? DIRECTORY_RUNG_OK : DIRECTORY_RUNG_FAILED,
        str_format(probe->arena, "%s, %.*s = %.*s, name: %.*s, mail: %s",
                   who->is_staff      ? "staff"
                   : who->is_customer ? "customer"
                                      : "neither staff nor customer",
                   STR_ARG(d->subject_is_login ? STR("login")
                                               : str_from(d->attributes[PERSON_SUBJECT])),
                   STR_ARG(who->subject), STR_ARG(who->display_name),
                   who->email.len > 0 ? "yes" : "none"),
        who->is_staff || who->is_customer
            ? NULL
            : "The entry lies neither below staff_base nor below customer_base.");
    return true;
}

static void probe_active(struct probe *probe, const char *dn)
{
    bool active = true;

    if (!*probe->d.active_filter) {
        probe_skip(probe, DIRECTORY_RUNG_ACTIVE, DIRECTORY_RUNG_ACTIVE);
        return;
    }
    probe_begin(probe);
    if (directory_is_active(&probe->d, probe->arena, dn,
                            clock_monotonic_us() + probe->d.timeout_us,
                            &active) != DIRECTORY_DONE)
        probe_add(probe, DIRECTORY_RUNG_ACTIVE, DIRECTORY_RUNG_FAILED,
                  probe_noted(probe, "no answer"),
                  "Is active_filter one that the server takes?");
    else if (active)
        probe_add(probe, DIRECTORY_RUNG_ACTIVE, DIRECTORY_RUNG_OK, STR("active"), NULL);
    else
        probe_add(probe, DIRECTORY_RUNG_ACTIVE, DIRECTORY_RUNG_FAILED,
                  str_format(probe->arena, "does not match %s", probe->d.active_filter),
                  "The account is disabled, or active_filter is meant otherwise.");
}

static struct str password_text(struct probe *probe, enum auth_verdict verdict,
                                const char **advice_out)
{
    switch (verdict) {
    case AUTH_OK:
        return STR("right");
    case AUTH_LOCKED:
        *advice_out = "Unlock the account in the directory, or wait.";
        return STR("refused: the account is locked; nothing is said about the password");
    case AUTH_EXPIRED:
        *advice_out = "It has to be changed, in the directory if not here.";
        return STR("right, but it has expired");
    case AUTH_MUST_CHANGE:
        *advice_out = "It has to be changed, in the directory if not here.";
        return STR("right, but it must be changed first");
    case AUTH_DISABLED:
        *advice_out = "Enable the account in the directory, if the person is to come in.";
        return STR("right, but the account is disabled, has ended, or not at this hour");
    case AUTH_WRONG:
        *advice_out = "Each try counts for the directory's lock-out.";
        return STR("wrong");
    case AUTH_EMPTY_PASSWORD:
    case AUTH_UNAVAILABLE:
    case AUTH_BROKEN:
        break;
    }
    *advice_out = "See the server's log of this moment.";
    return probe_noted(probe, "neither yes nor no");
}

static enum auth_verdict try_password(struct probe *probe, const char *dn)
{
    struct directory_answer answer;
    enum directory_outcome outcome =
        directory_bind_as(&probe->d, dn, probe->input->password,
                          clock_monotonic_us() + probe->d.timeout_us, &answer, NULL);

    if (outcome == DIRECTORY_AWAY)
        return AUTH_UNAVAILABLE;
    if (outcome == DIRECTORY_BROKEN)
        return AUTH_BROKEN;
    if (outcome == DIRECTORY_DONE && answer.account == DIRECTORY_ACCOUNT_NORMAL)
        return AUTH_OK;
    return directory_verdict_of_refusal(answer.account);
}

static void probe_password(struct probe *probe, const char *dn)
{
    const char *advice = NULL;
    enum auth_verdict verdict;
    struct str text;

    if (probe->input->password.len == 0) {
        probe_skip(probe, DIRECTORY_RUNG_PASSWORD, DIRECTORY_RUNG_PASSWORD);
        return;
    }
    probe_begin(probe);
    verdict =
        probe->input->password.len > PASSWORD_MAX ? AUTH_WRONG : try_password(probe, dn);
    probe->report->verdict = verdict;
    text = password_text(probe, verdict, &advice);
    probe_add(probe, DIRECTORY_RUNG_PASSWORD,
              verdict == AUTH_OK ? DIRECTORY_RUNG_OK : DIRECTORY_RUNG_FAILED, text,
              advice);
}

static bool probe_groups(struct probe *probe)
{
    struct identity *who = &probe->report->identity;
    struct vec groups = VEC_INIT(probe->arena, struct directory_group);
    struct buf text = buf_init(probe->arena, 8192);

    if (!directory_needs_groups(&probe->d, who)) {
        probe_skip(probe, DIRECTORY_RUNG_GROUPS, DIRECTORY_RUNG_GROUPS);
        return true;
    }
    probe_begin(probe);
    if (directory_read_groups(&probe->d, probe->arena, who,
                              clock_monotonic_us() + probe->d.timeout_us,
                              &groups) != DIRECTORY_DONE) {
        probe_add(
            probe, DIRECTORY_RUNG_GROUPS, DIRECTORY_RUNG_FAILED,
            probe_noted(probe, "no answer"),
            "Are the group bases there, and does the server know the kind of `nested`?");
        return false;
    }
    buf_format(&text, "%zu found", groups.count);
    for (size_t i = 0; i < groups.count; i++) {
        const struct directory_group *group = VEC_AT(&groups, struct directory_group, i);

        if (group->counts)
            buf_format(&text, "; counts: %.*s", STR_ARG(group->dn));
    }
    probe_add(probe, DIRECTORY_RUNG_GROUPS, DIRECTORY_RUNG_OK, buf_str(&text), NULL);
    return true;
}

static void probe_mapping(struct probe *probe)
{
    const struct identity *who = &probe->report->identity;
    struct buf text = buf_init(probe->arena, 8192);

    if (!who->is_staff) {
        probe_skip(probe, DIRECTORY_RUNG_MAPPING, DIRECTORY_RUNG_MAPPING);
        return;
    }
    probe_begin(probe);
    buf_put_c(&text, "roles:");
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (who->roles >> role & 1u)
            buf_format(&text, " %s", role_key((enum role)role));
    buf_put_c(&text, who->roles ? "; teams:" : " none; teams:");
    for (size_t i = 0; i < who->team_count; i++)
        buf_format(&text, " %.*s", STR_ARG(who->teams[i]));
    if (who->team_count == 0)
        buf_put_c(&text, " none");
    probe_add(probe, DIRECTORY_RUNG_MAPPING,
              who->roles ? DIRECTORY_RUNG_OK : DIRECTORY_RUNG_FAILED, buf_str(&text),
              who->roles ? NULL
                         : "Staff need a role: put the person into a group of "
                           "role_group_base, or one that group_map gives a role.");
}

static void probe_company(struct probe *probe)
{
    const struct identity *who = &probe->report->identity;

    if (!who->is_customer) {
        probe_skip(probe, DIRECTORY_RUNG_COMPANY, DIRECTORY_RUNG_COMPANY);
        return;
    }
    probe_begin(probe);
    if (who->company_ambiguous)
        probe_add(probe, DIRECTORY_RUNG_COMPANY, DIRECTORY_RUNG_FAILED,
                  STR("more than one company"),
                  "A person belongs to one: correct the attribute or the groups.");
    else if (!who->company_said)
        probe_add(probe, DIRECTORY_RUNG_COMPANY, DIRECTORY_RUNG_OK,
                  STR("not from the directory: Kontor's own table says it"), NULL);
    else if (who->company_key.len == 0)
        probe_add(
            probe, DIRECTORY_RUNG_COMPANY, DIRECTORY_RUNG_FAILED, STR("none"),
            "Set the member number in company_attribute, or put the person into the "
            "company's group.");
    else
        probe_add(probe, DIRECTORY_RUNG_COMPANY, DIRECTORY_RUNG_OK, who->company_key,
                  NULL);
}

void probe_person(struct probe *probe)
{
    struct directory_entry entry = {0};
    const char *dn;

    if (!probe_search(probe, &entry) || !probe_subject(probe, &entry)) {
        enum directory_rung_kind last =
            probe->report->rungs[probe->report->count - 1].kind;

        probe_skip(probe, (enum directory_rung_kind)((int)last + 1),
                   DIRECTORY_RUNG_COMPANY);
        return;
    }
    dn = str_c(probe->arena, entry.dn);
    probe_active(probe, dn);
    probe_password(probe, dn);
    if (!probe_groups(probe)) {
        probe_skip(probe, DIRECTORY_RUNG_MAPPING, DIRECTORY_RUNG_COMPANY);
        return;
    }
    probe_mapping(probe);
    probe_company(probe);
}

/* due_page.c: why a sub-ticket is due when it is: what was counted, what was left out, and each pause; another target. */
#include "ticket_view.h"

#include "app/ticket/due_read.h"
#include "app/ticket/sub_ticket_clock.h"
#include "app/ticket/ticket_work.h"

struct left_out_view {
    day_no day;
    struct str name; /**< of the holiday; empty: a weekday on which nobody works */
};
struct due_line_view {
    const char *what; /**< sentence */
    instant_us at;
    struct str person;
    struct str reason;
    bool counted; /**< something was counted from here on */
    bool business;
    int64_t weeks;
    int64_t days;
    int64_t hours;
    int64_t minutes;
    instant_us from; /**< where counting began, if later */
    instant_us due_at;
    struct view_list left_out;
    int64_t more;
};
struct due_view {
    struct str reference;
    struct str ticket_reference;
    struct str name;
    struct str title;
    struct str company_name;
    struct str team;
    instant_us due_at; /**< INSTANT_NONE: no target, or it waits */
    bool no_due;
    bool overdue;
    bool due_today;
    const char *waiting;
    instant_us ended_at;
    struct view_list lines;
    struct str calendar; /**< "09:00–17:00 (Europe/Berlin)" */
    bool may_change;     /**< the target: this person, now */
    struct str version;
    struct str due_on; /**< as typed */
    struct str reason;
    bool due_on_wrong;
    bool reason_wrong;
};

static const struct view_field left_out_fields[] = {
    VIEW_F(struct left_out_view, day, VIEW_DAY),
    VIEW_F(struct left_out_view, name, VIEW_STR),
};
static VIEW_TYPE(left_out_type, struct left_out_view, left_out_fields);

static const struct view_field line_fields[] = {
    VIEW_F(struct due_line_view, what, VIEW_MSG),
    VIEW_F(struct due_line_view, at, VIEW_INSTANT),
    VIEW_F(struct due_line_view, person, VIEW_STR),
    VIEW_F(struct due_line_view, reason, VIEW_STR),
    VIEW_H(struct due_line_view, counted, VIEW_BOOL),
    VIEW_F(struct due_line_view, business, VIEW_BOOL),
    VIEW_F(struct due_line_view, weeks, VIEW_INT),
    VIEW_F(struct due_line_view, days, VIEW_INT),
    VIEW_F(struct due_line_view, hours, VIEW_INT),
    VIEW_F(struct due_line_view, minutes, VIEW_INT),
    VIEW_F(struct due_line_view, from, VIEW_INSTANT),
    VIEW_F(struct due_line_view, due_at, VIEW_INSTANT),
    VIEW_SUB(struct due_line_view, left_out, VIEW_LIST, &left_out_type),
    VIEW_F(struct due_line_view, more, VIEW_INT),
};
static VIEW_TYPE(line_type, struct due_line_view, line_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct due_view, reference, VIEW_STR),
    VIEW_F(struct due_view, ticket_reference, VIEW_STR),
    VIEW_F(struct due_view, name, VIEW_STR),
    VIEW_F(struct due_view, title, VIEW_STR),
    VIEW_F(struct due_view, company_name, VIEW_STR),
    VIEW_F(struct due_view, team, VIEW_STR),
    VIEW_F(struct due_view, due_at, VIEW_INSTANT),
    VIEW_F(struct due_view, no_due, VIEW_BOOL),
    VIEW_F(struct due_view, overdue, VIEW_BOOL),
    VIEW_F(struct due_view, due_today, VIEW_BOOL),
    VIEW_F(struct due_view, waiting, VIEW_MSG),
    VIEW_F(struct due_view, ended_at, VIEW_INSTANT),
    VIEW_SUB(struct due_view, lines, VIEW_LIST, &line_type),
    VIEW_F(struct due_view, calendar, VIEW_STR),
    VIEW_F(struct due_view, may_change, VIEW_BOOL),
    VIEW_F(struct due_view, version, VIEW_STR),
    VIEW_H(struct due_view, due_on, VIEW_STR),
    VIEW_H(struct due_view, reason, VIEW_STR),
    VIEW_H(struct due_view, due_on_wrong, VIEW_BOOL),
    VIEW_H(struct due_view, reason_wrong, VIEW_BOOL),
};
VIEW_TYPE(due_view_type, struct due_view, view_fields);

/* ---- one line --------------------------------------------------------------------------------------- */

static struct view_list show_left_out(const struct page *page,
                                      const struct clock_reason *why)
{
    size_t count = json_array_size(why->left_out);
    struct left_out_view *items =
        ARENA_ARRAY(page->arena, struct left_out_view, count + 1);
    for (size_t i = 0; i < count; i++) {
        const json_t *day = json_array_get(why->left_out, i);
        if (day_parse(json_get_str(day, "day"), &items[i].day) != OK)
            items[i].day = DAY_NONE;
        items[i].name =
            json_get_str(day, page->render->language == LANGUAGE_DE ? "de" : "en");
    }
    return (struct view_list){items, count};
}

/* How the time until `line->due_at` was counted; nothing when there is no target. */
static void explain(const struct page *page, struct str clock, struct due_line_view *line)
{
    struct clock_reason why;
    struct duration duration = {0};
    if (!clock_has_target(line->due_at) || !clock_reason_read(page->arena, clock, &why))
        return;
    if (str_is_empty(why.takes))
        duration.seconds = why.remaining_s;
    else if (duration_parts(why.takes, &duration) != OK)
        return;
    line->counted = true;
    line->business = !str_is_empty(why.calendar);
    line->weeks = duration.weeks;
    line->days = duration.days;
    line->hours = duration.seconds / 3600;
    line->minutes = duration.seconds % 3600 / 60;
    line->from = why.from / US_PER_S > line->at / US_PER_S ? why.from : INSTANT_NONE;
    line->left_out = show_left_out(page, &why);
    line->more = why.more;
}

static const char *event_text(const struct clock_event *event)
{
    static const struct {
        const char *event;
        const char *cause;
        const char *text;
    } TEXTS[] = {
        {"paused", "question", N_("The customer was asked: the clock stopped.")},
        {"paused", "document", N_("A document was asked for again: the clock stopped.")},
        {"resumed", "message", N_("The customer answered: the clock went on.")},
        {"resumed", "document", N_("The customer sent the document: the clock went on.")},
        {"resumed", "staff", N_("Staff went on without waiting: the clock went on.")},
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        if (str_is(event->event, TEXTS[i].event) && str_is(event->cause, TEXTS[i].cause))
            return TEXTS[i].text;
    return N_("The target was changed.");
}

/* ---- the page --------------------------------------------------------------------------------------- */

static instant_us or_none(instant_us due_at)
{
    return clock_has_target(due_at) ? due_at : INSTANT_NONE;
}

/* Until the first event the sub-ticket was due as it was at the beginning. */
static instant_us first_due(const struct page *page, const struct due_dossier *dossier)
{
    const struct clock_event *event = dossier->events;
    if (dossier->event_count == 0)
        return dossier->sub_ticket.due_at;
    return str_is(event->event, "changed") ? clock_due_before(page->arena, event->clock)
                                           : event->due_at;
}

static struct view_list show_lines(const struct page *page,
                                   const struct due_dossier *dossier)
{
    const struct sub_ticket_row *row = &dossier->sub_ticket;
    size_t count = dossier->event_count + 1;
    struct due_line_view *lines =
        ARENA_ARRAY(page->arena, struct due_line_view, count + 1);
    lines[0] = (struct due_line_view){
        .what = N_("The sub-ticket was opened: the clock began."),
        .at = row->created_at,
        .due_at = first_due(page, dossier),
        .from = INSTANT_NONE,
    };
    explain(page, row->clock, &lines[0]);
    lines[0].due_at = or_none(lines[0].due_at);
    for (size_t i = 0; i < dossier->event_count; i++) {
        const struct clock_event *event = &dossier->events[i];
        struct due_line_view *line = &lines[i + 1];
        *line = (struct due_line_view){.what = event_text(event),
                                       .at = event->at,
                                       .person = event->person_name,
                                       .reason = event->reason,
                                       .due_at = event->due_at,
                                       .from = INSTANT_NONE};
        explain(page, event->clock, line);
        line->due_at =
            str_is(event->event, "paused") ? INSTANT_NONE : or_none(line->due_at);
    }
    if (row->ended_at != INSTANT_NONE)
        lines[count++] = (struct due_line_view){.what = N_("The sub-ticket ended."),
                                                .at = row->ended_at,
                                                .person = row->ended_by_name,
                                                .due_at = INSTANT_NONE,
                                                .from = INSTANT_NONE};
    return (struct view_list){lines, count};
}

static struct str calendar_text(const struct page *page,
                                const struct business_calendar *calendar)
{
    if (calendar == NULL)
        return STR_NONE;
    return str_format(page->arena, "%02d:%02d–%02d:%02d (%.*s)", calendar->opens_min / 60,
                      calendar->opens_min % 60, calendar->closes_min / 60,
                      calendar->closes_min % 60, STR_ARG(calendar->zone));
}

static void keep_typed(const struct page *page, struct due_view *view)
{
    if (page->http->method != HTTP_POST)
        return;
    view->due_on = page_raw(page, "due_on");
    view->reason = page_raw(page, "reason");
    view->due_on_wrong = page_is_wrong(page, "due_on");
    view->reason_wrong = page_is_wrong(page, "reason");
}

enum err due_get(struct page *page)
{
    struct str reference = page_param(page, "reference");
    struct actor actor = page_actor(page);
    struct due_dossier dossier;
    enum err err =
        app_due_open(&actor, page_env(page), ticket_of(reference), reference, &dossier);
    if (err == OK)
        err = page_looked(page, &dossier.request);
    if (err != OK)
        return err;
    const struct sub_ticket_row *row = &dossier.sub_ticket;
    const struct definition *definition = dossier.definition;
    struct due_mark due = page_due(page, row->due_at);
    bool open = row->ended_at == INSTANT_NONE;
    bool waits = !str_is_empty(row->waiting_for);
    struct due_view view = {
        .reference = row->reference,
        .ticket_reference = dossier.request.ticket_reference,
        .name = page_sub_ticket_name(page, definition, row->name, row->subject),
        .title = page_definition_text(page, definition, definition->title),
        .company_name = dossier.request.company_name,
        .due_at = waits ? INSTANT_NONE : or_none(row->due_at),
        .no_due = due.none,
        .overdue = open && !waits && due.overdue,
        .due_today = open && !waits && due.today,
        .waiting = waits ? waiting_label(row->waiting_for) : NULL,
        .ended_at = row->ended_at,
        .lines = show_lines(page, &dossier),
        .calendar = calendar_text(page, dossier.calendar),
        .may_change = open && !waits && page_may(page, RIGHT_TICKET_ASSIGN),
        .version = str_format(page->arena, "%lld", (long long)row->version),
    };
    keep_typed(page, &view);
    err = page_departments(page, row->team_key, &view.team);
    return err == OK ? page_render(page, PAGE_DUE, &view) : err;
}

enum err due_post(struct page *page)
{
    const struct due_fields *fields = page->fields;
    struct str reference = page_param(page, "reference");
    struct sub_ticket_work work = {reference, fields->version};
    struct sub_ticket_target target = {fields->due_on, fields->reason};
    struct actor actor = page_actor(page);
    struct str ticket;
    enum staff_verdict verdict;
    if (page->error_count > 0)
        return due_get(page);
    enum err err =
        app_sub_ticket_due(&actor, page_env(page), &work, &target, &ticket, &verdict);
    if (err != OK)
        return err;
    if (verdict == VERDICT_PAST) {
        page_add_error(page, STR("due_on"),
                       page_text(page, staff_verdict_msgid(verdict)));
        return due_get(page);
    }
    if (!page_accepted(page, verdict))
        return due_get(page);
    return page_after(page, verdict, N_("The due date is changed."),
                      page_url(page, "/staff/sub-tickets/%.*s/due", STR_ARG(reference)));
}

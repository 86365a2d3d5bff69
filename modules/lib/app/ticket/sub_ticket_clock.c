#include "app/ticket/sub_ticket_clock.h"

/* Days without business that one explanation names; more are only counted. */
#define LEFT_OUT_MAX 60

instant_us clock_no_target(void)
{
    return day_from_civil((struct civil_date){9999, 12, 31}) * US_PER_DAY;
}

bool clock_has_target(instant_us due_at)
{
    return due_at != INSTANT_NONE && due_at < clock_no_target();
}

/* ---- the explanation -------------------------------------------------------------------------------- */

static void put_left_out(struct arena *arena, const struct business_calendar *calendar,
                         json_t *reason, instant_us from, instant_us due)
{
    day_no days[LEFT_OUT_MAX];
    size_t count = calendar_left_out(calendar, from, due, days, LEFT_OUT_MAX);
    size_t named = count < LEFT_OUT_MAX ? count : LEFT_OUT_MAX;
    json_t *list = json_array();

    json_object_set_new(reason, "leftOut", list);
    for (size_t i = 0; i < named; i++) {
        const struct holiday *holiday = calendar_holiday(calendar, days[i]);
        json_t *day = json_new_object(arena);

        json_set_str(day, "day", day_format_iso(arena, days[i]));
        if (holiday != NULL) {
            json_set_str(day, "en", holiday->name_en);
            json_set_str(day, "de", holiday->name_de);
        }
        json_array_append(list, day);
    }
    if (count > named)
        json_set_int(reason, "more", (int64_t)(count - named));
}

/* Exactly one of `takes` (what the definition says) and `left_s` (what is left after a pause). */
static struct str explain(struct staff_tx *tx, const struct business_calendar *calendar,
                          const struct clock_reason *why, instant_us due)
{
    json_t *reason = json_new_object(tx->arena);

    if (str_is_empty(why->takes))
        json_set_int(reason, "remaining", why->remaining_s);
    else
        json_set_str(reason, "takes", why->takes);
    json_set_str(reason, "from", instant_format_iso(tx->arena, why->from));
    if (calendar != NULL) {
        json_set_str(reason, "calendar", calendar->key);
        /* From the moment it began on: a Saturday on which it did is left out as well. */
        put_left_out(tx->arena, calendar, reason, tx->actor->now, due);
    }
    return json_write(tx->arena, reason);
}

/* What instant_format_iso() wrote, whole seconds. */
static bool read_instant(struct str text, instant_us *out)
{
    day_no day;
    int64_t part[3];

    if (text.len < 19 || day_parse(str_sub(text, 0, 10), &day) != OK)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (str_to_i64(str_sub(text, 11 + 3 * i, 2), &part[i]) != OK)
            return false;
    *out = day * US_PER_DAY + ((part[0] * 60 + part[1]) * 60 + part[2]) * US_PER_S;
    return true;
}

bool clock_reason_read(struct arena *arena, struct str text, struct clock_reason *out)
{
    json_t *reason = NULL;
    struct clock_reason read = {.remaining_s = -1, .from = INSTANT_NONE};

    if (str_is_empty(text))
        return false;
    if (json_parse(arena, text, &reason) != OK) {
        err_clear();
        return false;
    }
    read.takes = json_get_str(reason, "takes");
    read.remaining_s = json_get_int(reason, "remaining", -1);
    read.calendar = json_get_str(reason, "calendar");
    read.left_out = json_object_get(reason, "leftOut");
    read.more = json_get_int(reason, "more", 0);
    if (!read_instant(json_get_str(reason, "from"), &read.from)) {
        err_clear();
        return false;
    }
    *out = read;
    return true;
}

/* ---- start ------------------------------------------------------------------------------------------ */

static enum err calendar_of(struct staff_tx *tx, const struct user_task *task,
                            const struct business_calendar **out)
{
    return work_calendar(definitions_rules(tx->env->definitions), tx->db, task->calendar,
                         out);
}

enum err clock_start(struct staff_tx *tx, const struct user_task *task,
                     struct clock_start *out)
{
    const struct business_calendar *calendar;
    instant_us now = tx->actor->now;

    *out = (struct clock_start){.due_at = clock_no_target()};
    if (!task->has_due)
        return OK;
    enum err err = calendar_of(tx, task, &calendar);
    if (err != OK)
        return err;
    struct clock_reason why = {
        .takes = task->due_text,
        .from = task->business ? calendar_next_open(calendar, now) : now,
    };
    out->due_at = task->business ? calendar_add(calendar, now, task->due)
                                 : calendar_add_all(calendar, now, task->due);
    out->clock = explain(tx, task->business ? calendar : NULL, &why, out->due_at);
    return OK;
}

/* ---- pause and resume ------------------------------------------------------------------------------- */

/* The task as the definition has it now; a definition that lost it leaves every hour counting. */
static struct user_task task_of(const struct staff_tx *tx,
                                const struct sub_ticket_lock *sub_ticket)
{
    const struct bpmn_element *element =
        user_task_find(tx->definition, sub_ticket->activation);

    return element == NULL ? (struct user_task){0} : user_task_of(element);
}

static void clock_history(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                          const struct clock_now *now)
{
    struct history_of of =
        HISTORY_OF("sub_ticket", sub_ticket->id, sub_ticket->version + 1);

    if (!str_eq(sub_ticket->waiting_for, now->waiting_for))
        staff_tx_history(tx, of, "waiting_for", sub_ticket->waiting_for,
                         now->waiting_for);
    if (now->due_at != sub_ticket->due_at)
        staff_tx_history(tx, of, "due_at",
                         instant_format_iso(tx->arena, sub_ticket->due_at),
                         instant_format_iso(tx->arena, now->due_at));
}

static enum err put(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                    const struct clock_now *now, const struct clock_event *what)
{
    struct clock_event event = *what;

    enum err err = sub_ticket_clock_put(tx->db, sub_ticket->id, now);
    if (err != OK)
        return err;
    event.sub_ticket_id = sub_ticket->id;
    event.at = tx->actor->now;
    event.due_at = now->due_at;
    event.person_id = tx->actor->principal->person_id;
    clock_history(tx, sub_ticket, now);
    return sub_ticket_clock_insert(tx->db, &event);
}

enum err clock_pause(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                     struct str waiting_for, struct clock_change change)
{
    struct user_task task = task_of(tx, sub_ticket);
    const struct business_calendar *calendar;
    struct clock_now now = {.due_at = sub_ticket->due_at,
                            .paused_at = tx->actor->now,
                            .waiting_for = waiting_for,
                            .remaining_s = -1};

    if (clock_has_target(now.due_at) && task.business) {
        enum err err = calendar_of(tx, &task, &calendar);
        if (err != OK)
            return err;
        now.remaining_s = calendar_between(calendar, now.paused_at, now.due_at);
    } else if (clock_has_target(now.due_at)) {
        int64_t left_s = (now.due_at - now.paused_at) / US_PER_S;
        now.remaining_s = left_s > 0 ? left_s : 0;
    }
    struct clock_event event = {.event = STR("paused"),
                                .cause = change.cause,
                                .remaining_s = now.remaining_s,
                                .reason = change.reason};
    return put(tx, sub_ticket, &now, &event);
}

/* What was overdue stays as overdue as it was. */
static bool was_over(const struct sub_ticket_lock *sub_ticket)
{
    return !clock_has_target(sub_ticket->due_at) ||
           sub_ticket->due_at <= sub_ticket->paused_at || sub_ticket->remaining_s < 0;
}

enum err clock_resume(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                      struct clock_change change)
{
    struct user_task task = task_of(tx, sub_ticket);
    const struct business_calendar *calendar = NULL;
    instant_us at = tx->actor->now;
    struct clock_now now = {.due_at = sub_ticket->due_at,
                            .paused_at = INSTANT_NONE,
                            .waiting_for = STR_NONE,
                            .remaining_s = -1};
    struct clock_event event = {.event = STR("resumed"),
                                .cause = change.cause,
                                .remaining_s = sub_ticket->remaining_s,
                                .reason = change.reason};

    if (was_over(sub_ticket))
        return put(tx, sub_ticket, &now, &event);
    struct clock_reason why = {.remaining_s = sub_ticket->remaining_s, .from = at};
    if (task.business) {
        enum err err = calendar_of(tx, &task, &calendar);
        if (err != OK)
            return err;
        why.from = calendar_next_open(calendar, at);
        now.due_at = calendar_add(calendar, at,
                                  (struct duration){.seconds = sub_ticket->remaining_s});
        /* Closing time and the next opening are as far away: what was due at the one stays so. */
        if (calendar_is_opening(calendar, sub_ticket->due_at))
            now.due_at = calendar_next_open(calendar, now.due_at);
    } else {
        now.due_at = at + sub_ticket->remaining_s * US_PER_S;
    }
    event.clock = explain(tx, calendar, &why, now.due_at);
    return put(tx, sub_ticket, &now, &event);
}

/* ---- another target ----------------------------------------------------------------------------------- */

instant_us clock_due_before(struct arena *arena, struct str text)
{
    json_t *change = NULL;
    instant_us before = INSTANT_NONE;

    if (str_is_empty(text) || json_parse(arena, text, &change) != OK ||
        !read_instant(json_get_str(change, "before"), &before))
        err_clear();
    return before;
}

enum err clock_set_due(struct staff_tx *tx, const struct sub_ticket_lock *sub_ticket,
                       day_no day, struct str reason, enum staff_verdict *out)
{
    struct user_task task = task_of(tx, sub_ticket);
    const struct business_calendar *calendar;
    json_t *change = json_new_object(tx->arena);
    struct clock_now now = {.paused_at = INSTANT_NONE, .remaining_s = -1};

    if (str_is_empty(task.calendar))
        return err_note(ERR_INPUT, "the definition has lost this step");
    enum err err = calendar_of(tx, &task, &calendar);
    if (err != OK)
        return err;
    now.due_at = calendar_closing(calendar, day);
    *out = now.due_at < tx->actor->now ? VERDICT_PAST : VERDICT_DONE;
    if (*out != VERDICT_DONE)
        return OK;
    if (clock_has_target(sub_ticket->due_at))
        json_set_str(change, "before", instant_format_iso(tx->arena, sub_ticket->due_at));
    struct clock_event event = {.event = STR("changed"),
                                .cause = STR("staff"),
                                .remaining_s = -1,
                                .clock = json_write(tx->arena, change),
                                .reason = reason};
    return put(tx, sub_ticket, &now, &event);
}

/* ---- what happens to the customer's side -------------------------------------------------------------- */

enum err clock_pause_for_document(struct staff_tx *tx, struct str team_key)
{
    struct db_rows rows;
    struct clock_change change = {.cause = STR("document")};

    enum err err = sub_ticket_lock_open(tx->db, tx->arena, tx->request.id, &rows);
    const struct sub_ticket_lock *items = rows.items;
    for (size_t i = 0; err == OK && i < rows.count; i++)
        if (str_is_empty(items[i].waiting_for) &&
            (str_is_empty(team_key) || str_eq(items[i].team_key, team_key)))
            err = clock_pause(tx, &items[i], STR("document"), change);
    return err;
}

enum err clock_answered(struct staff_tx *tx, enum clock_answer answer, instant_us at,
                        int64_t *questions_out)
{
    int64_t questions = 0;
    struct db_rows rows;
    struct clock_change change = {.cause = answer == CLOCK_MESSAGE ? STR("message")
                                                                   : STR("document")};

    enum err err = sub_ticket_lock_open(tx->db, tx->arena, tx->request.id, &rows);
    const struct sub_ticket_lock *items = rows.items;
    for (size_t i = 0; err == OK && i < rows.count; i++) {
        bool question = str_is(items[i].waiting_for, "answer");
        bool document = str_is(items[i].waiting_for, "document");

        if (items[i].paused_at > at ||
            !(question || (document && answer == CLOCK_ALL_DOCUMENTS)))
            continue;
        questions += question;
        err = clock_resume(tx, &items[i], change);
    }
    if (err == OK)
        *questions_out = questions;
    return err;
}

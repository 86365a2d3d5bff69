/* scripted.h: what tests of a use case on the scripted driver begin and end with. */
#ifndef TEST_SCRIPTED_H
#define TEST_SCRIPTED_H

#include "app/actor.h"
#include "db/fake.h"

static struct arena *arena;
static struct fake *fake;
static struct actor actor;

static int teardown(void **context)
{
    (void)context;
    arena_free(&arena);
    return 0;
}

/* From here on the database answers `steps`; nobody is signed on. */
static inline void play_as(const char *program, instant_us now,
                           const struct fake_step *steps)
{
    static const struct principal NOBODY;

    err_clear();
    actor = (struct actor){.db = db_open_fake(arena, steps, &fake),
                           .arena = arena,
                           .principal = &NOBODY,
                           .now = now,
                           .program = program,
                           .trace_id = STR("t")};
}

static inline void must(enum err err)
{
    if (err != OK || !fake_is_done(fake))
        bug("%s after %s: %s", err_name(err), fake_log(fake), err_text());
}

#define ROWS_OF(row) .rows = &(row), .row_count = 1
#define STEP(name)                                                                       \
    {                                                                                    \
        .expect = (name)                                                                 \
    }
#define STEP_PERSON                                                                      \
    {                                                                                    \
        .expect = "SQL_PERSON_LOCK", ROWS_OF(person)                                     \
    }
#define STEP_SESSION                                                                     \
    {                                                                                    \
        .expect = "SQL_SESSION_INSERT", .done = { 1, 9 }                                 \
    }
#define STEP_AUDIT STEP("SQL_AUDIT_INSERT")

#endif

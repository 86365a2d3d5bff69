/* mariadb_statement.c: prepared statements of the driver on libmariadb.
 *
 * A statement is prepared once per connection and kept by the address of its struct sql. Rows come
 * over the binary protocol, unbuffered; numbers and times land in one cell per column, text is
 * fetched by its length straight into the request's arena, so that no row costs a malloc. */
#include "db/mariadb_own.h"

/** Landing place of one result column. */
struct cell {
    union {
        int64_t i64;
        MYSQL_TIME time;
    };
    unsigned long length;
    my_bool null;
    my_bool error;
};

/** A prepared statement of this connection. */
struct mariadb_statement {
    const struct sql *sql;
    MYSQL_STMT *stmt;
    MYSQL_BIND *params; /**< reused by every execution */
    MYSQL_TIME *times;  /**< one per parameter */
    size_t param_count;
    const struct db_row_map *map; /**< the shape `cells` are bound for */
    struct cell *cells;
    size_t column_count;
};

static bool fail_stmt(struct mariadb_statement *s, struct db_error *error)
{
    unsigned code = mysql_stmt_errno(s->stmt);
    error->code = code ? code : 2000;
    snprintf(error->text, sizeof error->text, "%s", mysql_stmt_error(s->stmt));
    return false;
}

static void statement_free(struct mariadb_statement *s)
{
    if (s->stmt) {
        mysql_stmt_close(s->stmt);
    }
    free(s->params);
    free(s->times);
    free(s->cells);
    free(s);
}

void mariadb_forget(struct mariadb *m)
{
    for (size_t i = 0; i < MARIADB_CACHE_SLOTS; i++) {
        if (m->cache[i]) {
            statement_free(m->cache[i]);
            m->cache[i] = NULL;
        }
    }
    m->cached = 0;
}

/* ---- prepared statements ---- */

static size_t slot_of(const struct sql *sql)
{
    uintptr_t key = (uintptr_t)sql;
    return (size_t)((key >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 40) &
           (MARIADB_CACHE_SLOTS - 1);
}

static bool prepare(struct mariadb *m, const struct sql *sql,
                    struct mariadb_statement **out, struct db_error *error)
{
    struct mariadb_statement *s = mariadb_alloc(1, sizeof *s);
    s->sql = sql;
    s->stmt = mysql_stmt_init(m->mysql);
    if (!s->stmt || mysql_stmt_prepare(s->stmt, sql->text, strlen(sql->text)) != 0) {
        if (s->stmt) {
            fail_stmt(s, error);
        } else {
            mariadb_fail(m, error);
        }
        statement_free(s);
        return false;
    }
    s->param_count = mysql_stmt_param_count(s->stmt);
    s->column_count = mysql_stmt_field_count(s->stmt);
    s->params = mariadb_alloc(s->param_count, sizeof *s->params);
    s->times = mariadb_alloc(s->param_count, sizeof *s->times);
    s->cells = mariadb_alloc(s->column_count, sizeof *s->cells);
    *out = s;
    return true;
}

/** The cached statement; prepares it at first use on this connection. */
static bool lookup(struct mariadb *m, const struct sql *sql,
                   struct mariadb_statement **out, struct db_error *error)
{
    size_t i = slot_of(sql);
    for (; m->cache[i]; i = (i + 1) & (MARIADB_CACHE_SLOTS - 1)) {
        if (m->cache[i]->sql == sql) {
            *out = m->cache[i];
            return true;
        }
    }
    if (!prepare(m, sql, out, error)) {
        return false;
    }
    if (++m->cached >= MARIADB_CACHE_SLOTS / 2) {
        bug("more than %d statements on one connection", MARIADB_CACHE_SLOTS / 2);
    }
    m->cache[i] = *out;
    return true;
}

bool mariadb_prepare(void *self, const struct sql *sql, struct db_error *error)
{
    struct mariadb_statement *s;
    if (!prepare(self, sql, &s, error)) {
        return false;
    }
    statement_free(s);
    return true;
}

/* ---- parameters ---- */

static void date_to_mysql(day_no day, MYSQL_TIME *out)
{
    struct civil_date date = day_to_civil(day);
    *out = (MYSQL_TIME){.year = (unsigned)date.year,
                        .month = date.month,
                        .day = date.day,
                        .time_type = MYSQL_TIMESTAMP_DATE};
}

static void instant_to_mysql(instant_us at, MYSQL_TIME *out)
{
    day_no day = instant_day_utc(at);
    int64_t rest = at - (int64_t)day * US_PER_DAY;
    int64_t seconds = rest / US_PER_S;
    date_to_mysql(day, out);
    out->hour = (unsigned)(seconds / 3600);
    out->minute = (unsigned)(seconds / 60 % 60);
    out->second = (unsigned)(seconds % 60);
    out->second_part = (unsigned long)(rest % US_PER_S);
    out->time_type = MYSQL_TIMESTAMP_DATETIME;
}

static enum enum_field_types wire_type(enum db_type type)
{
    switch (type) {
    case DB_I64:
    case DB_BOOL:
        return MYSQL_TYPE_LONGLONG;
    case DB_TIME:
        return MYSQL_TYPE_DATETIME;
    case DB_DAY:
        return MYSQL_TYPE_DATE;
    case DB_STR:
        break;
    }
    return MYSQL_TYPE_STRING;
}

/** Fill the statement's parameter block. Texts are sent from where they are. */
static bool bind_params(struct mariadb_statement *s, const struct db_param *params)
{
    static my_bool is_null = 1; /* only read by the library */
    for (size_t i = 0; i < s->param_count; i++) {
        const struct db_param *p = &params[i];
        MYSQL_BIND *bind = &s->params[i];
        *bind = (MYSQL_BIND){.buffer_type = wire_type(p->type)};
        if (p->null) {
            bind->is_null = &is_null;
            continue;
        }
        switch (p->type) {
        case DB_I64:
        case DB_BOOL:
            bind->buffer = (void *)(uintptr_t)&p->i64;
            break;
        case DB_STR:
            bind->buffer = (void *)(uintptr_t)(p->str.ptr ? p->str.ptr : "");
            bind->buffer_length = p->str.len;
            break;
        case DB_TIME:
            instant_to_mysql(p->time, &s->times[i]);
            bind->buffer = &s->times[i];
            break;
        case DB_DAY:
            date_to_mysql(p->day, &s->times[i]);
            bind->buffer = &s->times[i];
            break;
        }
    }
    return mysql_stmt_bind_param(s->stmt, s->params) == 0;
}

static void check_count(const struct mariadb_statement *s, const struct db_call *call)
{
    if (call->param_count != s->param_count) {
        bug("%s: %zu parameters given, %zu placeholders", s->sql->name, call->param_count,
            s->param_count);
    }
}

static bool execute(struct mariadb_statement *s, const struct db_param *params,
                    struct db_error *error)
{
    return (bind_params(s, params) && mysql_stmt_execute(s->stmt) == 0) ||
           fail_stmt(s, error);
}

/* ---- array binding ---- */

/** One column of all rows, as STMT_ATTR_ARRAY_SIZE wants it. */
static void bind_column(struct mariadb *m, const struct db_call *call, size_t column,
                        MYSQL_BIND *bind)
{
    size_t rows = call->row_count;
    const struct db_param *first = &call->params[column];
    *bind = (MYSQL_BIND){.buffer_type = wire_type(first->type)};
    bind->u.indicator = arena_alloc(m->scratch, rows);
    int64_t *numbers = ARENA_ARRAY(m->scratch, int64_t, rows);
    void **pointers = ARENA_ARRAY(m->scratch, void *, rows);
    MYSQL_TIME *times = ARENA_ARRAY(m->scratch, MYSQL_TIME, rows);
    bind->length = ARENA_ARRAY(m->scratch, unsigned long, rows);
    for (size_t r = 0; r < rows; r++) {
        const struct db_param *p = &call->params[r * call->param_count + column];
        pointers[r] = &times[r];
        bind->u.indicator[r] = p->null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        if (p->null) {
            continue;
        }
        switch (p->type) {
        case DB_I64:
        case DB_BOOL:
            numbers[r] = p->i64;
            break;
        case DB_STR:
            pointers[r] = (void *)(uintptr_t)(p->str.ptr ? p->str.ptr : "");
            bind->length[r] = p->str.len;
            break;
        case DB_TIME:
            instant_to_mysql(p->time, &times[r]);
            break;
        case DB_DAY:
            date_to_mysql(p->day, &times[r]);
            break;
        }
    }
    bool by_value = first->type == DB_I64 || first->type == DB_BOOL;
    bind->buffer = by_value ? (void *)numbers : (void *)pointers;
}

static bool exec_array(struct mariadb *m, struct mariadb_statement *s,
                       const struct db_call *call, struct db_error *error)
{
    unsigned rows = (unsigned)call->row_count, one = 0;
    mysql_stmt_attr_set(s->stmt, STMT_ATTR_ARRAY_SIZE, &rows);
    for (size_t i = 0; i < s->param_count; i++) {
        bind_column(m, call, i, &s->params[i]);
    }
    bool ok = (mysql_stmt_bind_param(s->stmt, s->params) == 0 &&
               mysql_stmt_execute(s->stmt) == 0) ||
              fail_stmt(s, error);
    mysql_stmt_attr_set(s->stmt, STMT_ATTR_ARRAY_SIZE, &one);
    arena_clear(m->scratch);
    return ok;
}

bool mariadb_exec(void *self, const struct db_call *call, struct db_done *out,
                  struct db_error *error)
{
    struct mariadb *m = self;
    struct mariadb_statement *s;
    if (!lookup(m, call->sql, &s, error)) {
        return false;
    }
    check_count(s, call);
    if (call->row_count > 1 && s->param_count > 0 && m->array_binding) {
        if (!exec_array(m, s, call, error)) {
            return false;
        }
        out->affected = (int64_t)mysql_stmt_affected_rows(s->stmt);
        out->insert_id = (int64_t)mysql_stmt_insert_id(s->stmt);
        return true;
    }
    for (size_t r = 0; r < call->row_count; r++) {
        if (!execute(s, call->params ? call->params + r * call->param_count : NULL,
                     error)) {
            return false;
        }
        out->affected += (int64_t)mysql_stmt_affected_rows(s->stmt);
        out->insert_id = (int64_t)mysql_stmt_insert_id(s->stmt);
    }
    return true;
}

/* ---- results ---- */

/** Tell the library where columns land: once per statement and shape. */
static bool bind_result(struct mariadb_statement *s, const struct db_row_map *map,
                        struct db_error *error)
{
    if (s->map == map) {
        return true;
    }
    if (map->column_count != s->column_count) {
        bug("%s: %zu columns selected, %zu in the row map", s->sql->name, s->column_count,
            map->column_count);
    }
    MYSQL_BIND *binds = mariadb_alloc(s->column_count, sizeof *binds);
    for (size_t i = 0; i < s->column_count; i++) {
        struct cell *cell = &s->cells[i];
        binds[i] = (MYSQL_BIND){.buffer_type = wire_type(map->columns[i].type),
                                .length = &cell->length,
                                .is_null = &cell->null,
                                .error = &cell->error};
        if (map->columns[i].type != DB_STR) {
            /* Text has no buffer: the fetch tells its length, take_text fetches it. */
            binds[i].buffer = &cell->i64;
            binds[i].buffer_length = sizeof(MYSQL_TIME);
        }
    }
    bool ok = mysql_stmt_bind_result(s->stmt, binds) == 0 || fail_stmt(s, error);
    free(binds); /* the library keeps a copy */
    if (ok) {
        s->map = map;
    }
    return ok;
}

static bool take_text(struct mariadb_statement *s, size_t column, struct arena *arena,
                      struct str *out)
{
    unsigned long length = s->cells[column].length;
    char *text = arena_alloc(arena, length + 1);
    if (length > 0) {
        my_bool null, error;
        unsigned long whole;
        MYSQL_BIND bind = {.buffer_type = MYSQL_TYPE_STRING,
                           .buffer = text,
                           .buffer_length = length,
                           .length = &whole,
                           .is_null = &null,
                           .error = &error};
        if (mysql_stmt_fetch_column(s->stmt, &bind, (unsigned)column, 0) != 0) {
            return false;
        }
    }
    *out = (struct str){text, length};
    return true;
}

static day_no day_of(const MYSQL_TIME *time)
{
    return day_from_civil((struct civil_date){.year = (int32_t)time->year,
                                              .month = (uint8_t)time->month,
                                              .day = (uint8_t)time->day});
}

static instant_us instant_of(const MYSQL_TIME *time)
{
    int64_t seconds = (int64_t)time->hour * 3600 + time->minute * 60 + time->second;
    return day_of(time) * US_PER_DAY + seconds * US_PER_S + (int64_t)time->second_part;
}

static bool take_row(struct mariadb_statement *s, const struct db_row_map *map,
                     struct arena *arena, char *row)
{
    for (size_t i = 0; i < map->column_count; i++) {
        const struct cell *cell = &s->cells[i];
        void *target = row + map->columns[i].offset;
        switch (map->columns[i].type) {
        case DB_I64:
            *(int64_t *)target = cell->null ? 0 : cell->i64;
            break;
        case DB_BOOL:
            *(bool *)target = !cell->null && cell->i64 != 0;
            break;
        case DB_TIME:
            *(instant_us *)target = cell->null ? INSTANT_NONE : instant_of(&cell->time);
            break;
        case DB_DAY:
            *(day_no *)target = cell->null ? DAY_NONE : day_of(&cell->time);
            break;
        case DB_STR:
            if (!cell->null && !take_text(s, i, arena, target)) {
                return false;
            }
            break;
        }
    }
    return true;
}

/** The zeroed place of row `index` in the reused row buffer. */
static char *row_at(struct mariadb *m, size_t index, size_t size)
{
    size_t need = (index + 1) * size;
    if (need > m->rows_capacity) {
        size_t capacity = m->rows_capacity ? m->rows_capacity : 8192;
        while (capacity < need) {
            capacity *= 2;
        }
        char *grown = realloc(m->rows, capacity);
        if (!grown) {
            bug("out of memory");
        }
        m->rows = grown;
        m->rows_capacity = capacity;
    }
    memset(m->rows + index * size, 0, size);
    return m->rows + index * size;
}

static bool fetch_rows(struct mariadb *m, struct mariadb_statement *s,
                       const struct db_call *call, struct db_rows *out,
                       struct db_error *error)
{
    const struct db_row_map *map = call->map;
    for (size_t count = 0;; count++) {
        int rc = mysql_stmt_fetch(s->stmt);
        if (rc == MYSQL_NO_DATA) {
            out->count = count;
            out->items = arena_array(call->arena, count ? count : 1, map->size_bytes);
            if (count > 0) {
                memcpy(out->items, m->rows, count * map->size_bytes);
            }
            return true;
        }
        /* Truncated is the normal answer while text has no buffer. */
        if ((rc != 0 && rc != MYSQL_DATA_TRUNCATED) ||
            !take_row(s, map, call->arena, row_at(m, count, map->size_bytes))) {
            return fail_stmt(s, error);
        }
    }
}

bool mariadb_query(void *self, const struct db_call *call, struct db_rows *out,
                   struct db_error *error)
{
    struct mariadb *m = self;
    struct mariadb_statement *s;
    if (!lookup(m, call->sql, &s, error)) {
        return false;
    }
    check_count(s, call);
    if (!bind_result(s, call->map, error) || !execute(s, call->params, error)) {
        return false;
    }
    if (fetch_rows(m, s, call, out, error)) {
        return true;
    }
    mysql_stmt_free_result(
        s->stmt); /* reads the rest, so that the line is in step again */
    return false;
}

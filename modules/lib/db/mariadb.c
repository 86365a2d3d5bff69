/* mariadb.c: the driver on libmariadb (Connector/C). The only file that includes mysql.h.
 *
 * Statements are prepared once per connection and kept by the address of their struct
 * sql. Rows come over the binary protocol, unbuffered; numbers and times land in one cell
 * per column, text is fetched by its length straight into the request's arena, so that no
 * row costs a malloc. */
#include "db/driver.h"

#include <mysql.h>

#include "base/buf.h"

#define CONNECT_TIMEOUT_S 2
#define IO_TIMEOUT_S      10
#define CACHE_SLOTS                                                                      \
    1024 /* power of two, well above the number of statements in store/                  \
          */

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
struct statement {
    const struct sql *sql;
    MYSQL_STMT *stmt;
    MYSQL_BIND *params; /**< reused by every execution */
    MYSQL_TIME *times;  /**< one per parameter */
    size_t param_count;
    const struct db_row_map *map; /**< the shape `cells` are bound for */
    struct cell *cells;
    size_t column_count;
};

struct mariadb {
    struct db_conf conf;
    MYSQL *mysql;       /**< NULL while closed */
    bool array_binding; /**< the server takes many rows in one execution */
    struct statement *cache[CACHE_SLOTS];
    size_t cached;
    struct arena *scratch; /**< array binding; cleared after each use */
    char *rows;            /**< rows of the running query, reused */
    size_t rows_capacity;
};

static bool fail(struct db_error *error, unsigned code, const char *text)
{
    error->code = code ? code : 2000;
    snprintf(error->text, sizeof error->text, "%s", text);
    return false;
}

static bool fail_mysql(struct mariadb *m, struct db_error *error)
{
    return fail(error, mysql_errno(m->mysql), mysql_error(m->mysql));
}

static bool fail_stmt(struct statement *s, struct db_error *error)
{
    return fail(error, mysql_stmt_errno(s->stmt), mysql_stmt_error(s->stmt));
}

/** Adapter memory that outlives the arenas of requests: zeroed or no return. */
static void *must_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        bug("out of memory");
    }
    return memory;
}

/* ---- connection
 * --------------------------------------------------------------------------- */

static void statement_free(struct statement *s)
{
    if (s->stmt) {
        mysql_stmt_close(s->stmt);
    }
    free(s->params);
    free(s->times);
    free(s->cells);
    free(s);
}

static void driver_close(void *self)
{
    struct mariadb *m = self;
    if (!m->mysql) {
        return;
    }
    for (size_t i = 0; i < CACHE_SLOTS; i++) {
        if (m->cache[i]) {
            statement_free(m->cache[i]);
            m->cache[i] = NULL;
        }
    }
    m->cached = 0;
    mysql_close(m->mysql);
    m->mysql = NULL;
}

static bool driver_open(void *self, struct db_error *error)
{
    /* One statement, one round trip. TRADITIONAL includes the strict modes. */
    static const char init[] =
        "SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY', "
        "innodb_snapshot_isolation = ON, innodb_lock_wait_timeout = 5, "
        "tx_isolation = 'REPEATABLE-READ', autocommit = 1";
    struct mariadb *m = self;
    driver_close(m);
    m->mysql = mysql_init(NULL);
    if (!m->mysql) {
        bug("out of memory");
    }
    unsigned connect_s = CONNECT_TIMEOUT_S, off = 0;
    unsigned io_s =
        m->conf.io_timeout_s > 0 ? (unsigned)m->conf.io_timeout_s : IO_TIMEOUT_S;
    mysql_options(m->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
    mysql_options(m->mysql, MYSQL_OPT_READ_TIMEOUT, &io_s);
    mysql_options(m->mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_s);
    mysql_options(m->mysql, MYSQL_OPT_LOCAL_INFILE, &off);
    mysql_options(m->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(m->mysql, MYSQL_INIT_COMMAND, init);
    bool by_socket = m->conf.socket && *m->conf.socket;
    /* secret_str may hold no NUL at its end; the copy is wiped at once. */
    char password[512] = "";
    if (m->conf.password) {
        struct str p = secret_str(m->conf.password);
        if (p.len >= sizeof password) {
            bug("database password over %zu bytes", sizeof password - 1);
        }
        memcpy(password, p.ptr, p.len);
    }
    bool connected =
        mysql_real_connect(m->mysql, by_socket ? NULL : m->conf.host, m->conf.user,
                           password, m->conf.name && *m->conf.name ? m->conf.name : NULL,
                           by_socket ? 0 : (unsigned)m->conf.port,
                           by_socket ? m->conf.socket : NULL, CLIENT_FOUND_ROWS) != NULL;
    secret_wipe(password, sizeof password);
    if (!connected) {
        fail_mysql(m, error);
        mysql_close(m->mysql);
        m->mysql = NULL;
        return false;
    }
    unsigned extended = 0; /* MariaDB's capabilities, shifted down by 32 */
    mariadb_get_infov(m->mysql, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES,
                      &extended);
    m->array_binding = (extended & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
    return true;
}

static bool driver_ping(void *self, struct db_error *error)
{
    struct mariadb *m = self;
    return mysql_ping(m->mysql) == 0 || fail_mysql(m, error);
}

static bool driver_control(void *self, enum db_control what, struct db_error *error)
{
    static const char *const texts[] = {
        [DB_BEGIN_READ_ONLY] = "START TRANSACTION READ ONLY",
        [DB_BEGIN_READ_WRITE] = "START TRANSACTION READ WRITE",
        [DB_COMMIT] = "COMMIT",
        [DB_ROLLBACK] = "ROLLBACK",
    };
    struct mariadb *m = self;
    return mysql_real_query(m->mysql, texts[what], strlen(texts[what])) == 0 ||
           fail_mysql(m, error);
}

/* ---- prepared statements
 * ------------------------------------------------------------------ */

static size_t slot_of(const struct sql *sql)
{
    uintptr_t key = (uintptr_t)sql;
    return (size_t)((key >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 40) & (CACHE_SLOTS - 1);
}

static bool prepare(struct mariadb *m, const struct sql *sql, struct statement **out,
                    struct db_error *error)
{
    struct statement *s = must_alloc(1, sizeof *s);
    s->sql = sql;
    s->stmt = mysql_stmt_init(m->mysql);
    if (!s->stmt || mysql_stmt_prepare(s->stmt, sql->text, strlen(sql->text)) != 0) {
        if (s->stmt) {
            fail_stmt(s, error);
        } else {
            fail_mysql(m, error);
        }
        statement_free(s);
        return false;
    }
    s->param_count = mysql_stmt_param_count(s->stmt);
    s->column_count = mysql_stmt_field_count(s->stmt);
    s->params = must_alloc(s->param_count, sizeof *s->params);
    s->times = must_alloc(s->param_count, sizeof *s->times);
    s->cells = must_alloc(s->column_count, sizeof *s->cells);
    *out = s;
    return true;
}

/** The cached statement; prepares it at first use on this connection. */
static bool lookup(struct mariadb *m, const struct sql *sql, struct statement **out,
                   struct db_error *error)
{
    size_t i = slot_of(sql);
    for (; m->cache[i]; i = (i + 1) & (CACHE_SLOTS - 1)) {
        if (m->cache[i]->sql == sql) {
            *out = m->cache[i];
            return true;
        }
    }
    if (!prepare(m, sql, out, error)) {
        return false;
    }
    if (++m->cached >= CACHE_SLOTS / 2) {
        bug("more than %d statements on one connection", CACHE_SLOTS / 2);
    }
    m->cache[i] = *out;
    return true;
}

static bool driver_prepare(void *self, const struct sql *sql, struct db_error *error)
{
    struct statement *s;
    if (!prepare(self, sql, &s, error)) {
        return false;
    }
    statement_free(s);
    return true;
}

/* ---- parameters
 * --------------------------------------------------------------------------- */

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
static bool bind_params(struct statement *s, const struct db_param *params)
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

static void check_count(const struct statement *s, const struct db_call *call)
{
    if (call->param_count != s->param_count) {
        bug("%s: %zu parameters given, %zu placeholders", s->sql->name, call->param_count,
            s->param_count);
    }
}

static bool execute(struct statement *s, const struct db_param *params,
                    struct db_error *error)
{
    return (bind_params(s, params) && mysql_stmt_execute(s->stmt) == 0) ||
           fail_stmt(s, error);
}

/* ---- array binding
 * ------------------------------------------------------------------------ */

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

static bool exec_array(struct mariadb *m, struct statement *s, const struct db_call *call,
                       struct db_error *error)
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

static bool driver_exec(void *self, const struct db_call *call, struct db_done *out,
                        struct db_error *error)
{
    struct mariadb *m = self;
    struct statement *s;
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

/* ---- results
 * ------------------------------------------------------------------------------ */

/** Tell the library where columns land: once per statement and shape. */
static bool bind_result(struct statement *s, const struct db_row_map *map,
                        struct db_error *error)
{
    if (s->map == map) {
        return true;
    }
    if (map->column_count != s->column_count) {
        bug("%s: %zu columns selected, %zu in the row map", s->sql->name, s->column_count,
            map->column_count);
    }
    MYSQL_BIND *binds = must_alloc(s->column_count, sizeof *binds);
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

static bool take_text(struct statement *s, size_t column, struct arena *arena,
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

static bool take_row(struct statement *s, const struct db_row_map *map,
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

static bool fetch_rows(struct mariadb *m, struct statement *s, const struct db_call *call,
                       struct db_rows *out, struct db_error *error)
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

static bool driver_query(void *self, const struct db_call *call, struct db_rows *out,
                         struct db_error *error)
{
    struct mariadb *m = self;
    struct statement *s;
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

/* ---- text statements
 * ---------------------------------------------------------------------- */

static bool driver_text(void *self, struct arena *arena, struct str text,
                        struct db_text_rows *out, struct db_error *error)
{
    struct mariadb *m = self;
    if (mysql_real_query(m->mysql, text.ptr, text.len) != 0) {
        return fail_mysql(m, error);
    }
    MYSQL_RES *result = mysql_store_result(m->mysql);
    if (!result) {
        if (out) {
            *out = (struct db_text_rows){0};
        }
        return mysql_errno(m->mysql) == 0 || fail_mysql(m, error);
    }
    if (out) {
        size_t columns = mysql_num_fields(result), rows = mysql_num_rows(result);
        out->column_count = columns;
        out->row_count = rows;
        out->cells = ARENA_ARRAY(arena, struct str, rows * columns + 1);
        for (size_t r = 0; r < rows; r++) {
            MYSQL_ROW row = mysql_fetch_row(result);
            unsigned long *lengths = mysql_fetch_lengths(result);
            for (size_t c = 0; c < columns; c++) {
                struct str cell = {row[c], row[c] ? lengths[c] : 0};
                out->cells[r * columns + c] = cell.ptr ? str_copy(arena, cell) : STR_NONE;
            }
        }
    }
    mysql_free_result(result);
    return true;
}

static struct str driver_quote(void *self, struct arena *arena, struct str value)
{
    struct mariadb *m = self;
    char *out = arena_alloc(arena, value.len * 2 + 3);
    out[0] = '\'';
    size_t length = mysql_real_escape_string(m->mysql, out + 1, value.ptr, value.len);
    out[length + 1] = '\'';
    return (struct str){out, length + 2};
}

/* ---- the driver
 * --------------------------------------------------------------------------- */

static void mariadb_end(void *self)
{
    struct mariadb *m = self;
    driver_close(m);
    arena_free(&m->scratch);
    free(m->rows);
    free(m);
}

const struct db_driver *db_mariadb(struct arena *arena, const struct db_conf *conf,
                                   void **self_out)
{
    static const struct db_driver driver = {
        .open = driver_open,
        .close = driver_close,
        .ping = driver_ping,
        .control = driver_control,
        .exec = driver_exec,
        .query = driver_query,
        .prepare = driver_prepare,
        .text = driver_text,
        .quote = driver_quote,
    };
    struct mariadb *m = must_alloc(1, sizeof *m);
    m->conf = *conf;
    m->scratch = arena_new((size_t)64 << 20);
    arena_on_end(arena, mariadb_end, m);
    *self_out = m;
    return &driver;
}

/* floor.c: the floor that Kontor's pages are measured against.
 *
 * NAME
 *     floor - a bare libfcgi responder that runs recorded statements and returns recorded bytes
 * SYNOPSIS
 *     spawn-fcgi -n -s SOCKET -- multiwatch -f N -- floor SCRIPT
 * DESCRIPTION
 *     SCRIPT is a JSON file made by tests/bench/prepare.mjs from what the product did for one page:
 *     its statements with their parameters (transaction control included) and its response. The
 *     floor prepares the statements once, and for every request runs them in order, fetches every
 *     row and writes the same bytes. It parses nothing, escapes nothing, checks nothing: nginx,
 *     libfcgi and MariaDB cost what they cost.
 *
 *     For pages that write, each request stands for another draft. "vars" names the recorded draft;
 *     the last path segment but one of a request is the reference of its own draft, whose row id
 *     is looked up in "pool". In text parameters the recorded reference is replaced by the own one,
 *     an integer equal to the recorded id by the own id, and "fresh" parameters get random digits
 *     of the same length.
 * FILES
 *     SCRIPT: {"database": {"socket", "user", "password", "name", "init"}, "response": "...",
 *     "statements": [{"control": "COMMIT"} | {"sql", "rows", "params": [{"t", "v"}]}],
 *     "vars": {"reference", "id"}, "pool": {reference: id}}; params as in modules/lib/db/README.md */
#include <fcgiapp.h>
#include <jansson.h>
#include <mysql.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { MAX_PARAMS = 640, MAX_STATEMENTS = 64, MAX_COLUMNS = 64, CELL_BYTES = 16384 };

struct param {
    enum enum_field_types type;
    my_bool null;
    bool fresh;
    long long number;
    MYSQL_TIME time;
    const char *text;
    size_t len;
};
struct statement {
    const char
        *control; /* START TRANSACTION ..., COMMIT: sent as text, as the product does */
    MYSQL_STMT *stmt;
    struct param *params; /* row_count x param_count */
    size_t param_count;
    size_t row_count; /* more than 1: array binding */
    enum enum_field_types columns[MAX_COLUMNS];
    unsigned int column_count;
};

static struct statement script[MAX_STATEMENTS];
static size_t script_len;
static json_t *pool;
static const char *own_reference;
static const char *recorded_reference;
static long long recorded_id;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(1);
}

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);

    if (!memory)
        die("calloc", "out of memory");
    return memory;
}

/* ---- the script -------------------------------------------------------------------- */

static unsigned char unhex_digit(char c)
{
    return (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void load_bytes(const json_t *hex_text, struct param *out)
{
    const char *hex = json_string_value(hex_text);
    size_t len = json_string_length(hex_text) / 2;
    unsigned char *bytes = zeroed(len + 1, 1);

    for (size_t i = 0; i < len; i++)
        bytes[i] =
            (unsigned char)(unhex_digit(hex[2 * i]) << 4 | unhex_digit(hex[2 * i + 1]));
    out->text = (const char *)bytes;
    out->len = len;
}

/* `us`: microseconds since 1970 of a DATETIME, or those of a DATE's midnight. */
static void load_time(long long us, struct param *out)
{
    time_t seconds = us / 1000000;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    out->time = (MYSQL_TIME){.year = (unsigned)tm.tm_year + 1900,
                             .month = (unsigned)tm.tm_mon + 1,
                             .day = (unsigned)tm.tm_mday};
    out->time.time_type = MYSQL_TIMESTAMP_DATE;
    if (out->type == MYSQL_TYPE_DATE)
        return;
    out->time.time_type = MYSQL_TIMESTAMP_DATETIME;
    out->time.hour = (unsigned)tm.tm_hour;
    out->time.minute = (unsigned)tm.tm_min;
    out->time.second = (unsigned)tm.tm_sec;
    out->time.second_part = (unsigned long)(us % 1000000);
}

static void load_param(const json_t *value, struct param *out)
{
    char type = json_string_value(json_object_get(value, "t"))[0];
    const json_t *v = json_object_get(value, "v");

    out->fresh = json_is_true(json_object_get(value, "fresh"));
    out->null = json_is_null(v);
    out->type = type == 'i'   ? MYSQL_TYPE_LONGLONG
                : type == 't' ? MYSQL_TYPE_DATETIME
                : type == 'd' ? MYSQL_TYPE_DATE
                              : MYSQL_TYPE_STRING;
    if (out->null)
        return;
    if (type == 'i') {
        out->number = strtoll(json_string_value(v), NULL, 10);
    } else if (type == 't') {
        load_time(strtoll(json_string_value(v), NULL, 10), out);
    } else if (type == 'd') {
        load_time(strtoll(json_string_value(v), NULL, 10) * 86400 * 1000000, out);
    } else if (type == 'x') {
        load_bytes(v, out);
    } else {
        out->text = json_string_value(v);
        out->len = json_string_length(v);
    }
}

/* Numbers and times are fetched as what they are, as the product does. */
static void choose_columns(struct statement *s)
{
    MYSQL_RES *meta = mysql_stmt_result_metadata(s->stmt);

    s->column_count = mysql_stmt_field_count(s->stmt);
    if (s->column_count > MAX_COLUMNS)
        die("columns", "too many");
    for (unsigned int i = 0; meta && i < s->column_count; i++) {
        switch (mysql_fetch_field_direct(meta, i)->type) {
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG:
            s->columns[i] = MYSQL_TYPE_LONGLONG;
            break;
        case MYSQL_TYPE_DATETIME:
        case MYSQL_TYPE_DATE:
            s->columns[i] = MYSQL_TYPE_DATETIME;
            break;
        default:
            s->columns[i] = MYSQL_TYPE_STRING;
        }
    }
    if (meta)
        mysql_free_result(meta);
}

static void load_statement(MYSQL *db, const json_t *value, struct statement *out)
{
    const json_t *params = json_object_get(value, "params");
    const char *sql = json_string_value(json_object_get(value, "sql"));

    out->control = json_string_value(json_object_get(value, "control"));
    if (out->control)
        return;
    out->stmt = mysql_stmt_init(db);
    if (mysql_stmt_prepare(out->stmt, sql, strlen(sql)) != 0)
        die(sql, mysql_stmt_error(out->stmt));
    choose_columns(out);
    out->param_count = mysql_stmt_param_count(out->stmt);
    out->row_count = (size_t)json_integer_value(json_object_get(value, "rows"));
    if (out->param_count > MAX_PARAMS ||
        json_array_size(params) != out->param_count * out->row_count)
        die(sql, "parameters do not fit");
    out->params = zeroed(out->param_count * out->row_count, sizeof(*out->params));
    for (size_t i = 0; i < out->param_count * out->row_count; i++)
        load_param(json_array_get(params, i), &out->params[i]);
}

/* ---- one request ------------------------------------------------------------------- */

static char scratch[1 << 20]; /* values of the request in hand */
static size_t scratch_used;

static void *scratch_take(size_t size)
{
    void *out;

    scratch_used = (scratch_used + 15) & ~(size_t)15;
    if (scratch_used + size > sizeof(scratch))
        die("scratch", "full");
    out = scratch + scratch_used;
    scratch_used += size;
    return out;
}

static char *own_text(const struct param *p)
{
    char *text = scratch_take(p->len + 1);
    char *hit = text;
    unsigned char random_bytes[256];

    memcpy(text, p->text, p->len);
    text[p->len] = '\0';
    if (p->fresh) {
        if (p->len > sizeof(random_bytes) || getrandom(random_bytes, p->len, 0) < 0)
            die("getrandom", "failed");
        for (size_t i = 0; i < p->len; i++)
            text[i] = "0123456789abcdef"[random_bytes[i] & 15];
    } else if (own_reference && recorded_reference) {
        size_t len = strlen(recorded_reference);
        for (; (hit = strstr(hit, recorded_reference)); hit += len)
            memcpy(hit, own_reference, len);
    }
    return text;
}

static long long own_number(const struct param *p, long long own_id)
{
    return own_id && p->number == recorded_id ? own_id : p->number;
}

static void bind_one(const struct param *p, MYSQL_BIND *bind, long long own_id)
{
    static my_bool yes = 1;

    bind->buffer_type = p->type;
    if (p->null) {
        bind->is_null = &yes;
    } else if (p->type == MYSQL_TYPE_LONGLONG) {
        long long *number = scratch_take(sizeof(*number));
        *number = own_number(p, own_id);
        bind->buffer = number;
    } else if (p->type == MYSQL_TYPE_STRING) {
        bind->buffer = own_text(p);
        bind->buffer_length = p->len;
    } else {
        bind->buffer = (void *)(uintptr_t)&p->time;
    }
}

/* One column of all rows. */
static void bind_many(const struct statement *s, size_t column, MYSQL_BIND *bind,
                      long long own_id)
{
    long long *numbers = scratch_take(s->row_count * sizeof(*numbers));
    void **pointers = scratch_take(s->row_count * sizeof(*pointers));

    bind->buffer_type = s->params[column].type;
    bind->u.indicator = scratch_take(s->row_count);
    bind->length = scratch_take(s->row_count * sizeof(*bind->length));
    for (size_t r = 0; r < s->row_count; r++) {
        const struct param *p = &s->params[r * s->param_count + column];
        bind->u.indicator[r] = p->null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        numbers[r] = own_number(p, own_id);
        pointers[r] = p->type == MYSQL_TYPE_STRING && !p->null
                          ? (void *)own_text(p)
                          : (void *)(uintptr_t)&p->time;
        bind->length[r] = p->len;
    }
    bind->buffer =
        bind->buffer_type == MYSQL_TYPE_LONGLONG ? (void *)numbers : (void *)pointers;
}

static bool fetch_rows(const struct statement *s)
{
    static MYSQL_BIND cells[MAX_COLUMNS];
    static char bytes[MAX_COLUMNS][CELL_BYTES];
    static unsigned long lengths[MAX_COLUMNS];
    static my_bool nulls[MAX_COLUMNS];

    memset(cells, 0, sizeof(*cells) * s->column_count);
    for (unsigned int i = 0; i < s->column_count; i++) {
        cells[i].buffer_type = s->columns[i];
        cells[i].buffer = bytes[i];
        cells[i].buffer_length = CELL_BYTES;
        cells[i].length = &lengths[i];
        cells[i].is_null = &nulls[i];
    }
    if (mysql_stmt_bind_result(s->stmt, cells) != 0)
        return false;
    for (;;) {
        int rc = mysql_stmt_fetch(s->stmt);
        if (rc == MYSQL_NO_DATA)
            return true;
        if (rc != 0 && rc != MYSQL_DATA_TRUNCATED)
            return false;
    }
}

static bool run_statement(MYSQL *db, const struct statement *s, long long own_id)
{
    static MYSQL_BIND binds[MAX_PARAMS];
    unsigned int rows = s->row_count > 1 ? (unsigned int)s->row_count : 0;

    if (s->control)
        return mysql_real_query(db, s->control, strlen(s->control)) == 0;
    memset(binds, 0, sizeof(*binds) * s->param_count);
    for (size_t i = 0; i < s->param_count; i++) {
        if (rows)
            bind_many(s, i, &binds[i], own_id);
        else
            bind_one(&s->params[i], &binds[i], own_id);
    }
    if (rows && mysql_stmt_attr_set(s->stmt, STMT_ATTR_ARRAY_SIZE, &rows) != 0)
        return false;
    if ((s->param_count && mysql_stmt_bind_param(s->stmt, binds) != 0) ||
        mysql_stmt_execute(s->stmt) != 0) {
        fprintf(stderr, "floor: %s\n", mysql_stmt_error(s->stmt));
        return false;
    }
    return s->column_count == 0 || fetch_rows(s);
}

static long long own_id_of(const char *path)
{
    static char reference[64];
    const char *end = path ? strrchr(path, '/') : NULL;
    const char *begin = end;
    size_t len;

    own_reference = NULL;
    if (!pool || !end)
        return 0;
    while (begin > path && begin[-1] != '/')
        begin--;
    len = (size_t)(end - begin);
    if (len >= sizeof(reference))
        return 0;
    memcpy(reference, begin, len);
    reference[len] = '\0';
    own_reference = reference;
    return json_integer_value(json_object_get(pool, reference));
}

int main(int argc, char **argv)
{
    json_error_t problem;
    json_t *root = argc == 2 ? json_load_file(argv[1], 0, &problem) : NULL;
    const json_t *statements = json_object_get(root, "statements");
    const json_t *database = json_object_get(root, "database");
    const json_t *vars = json_object_get(root, "vars");
    const json_t *response = json_object_get(root, "response");
    MYSQL *db = mysql_init(NULL);
    FCGX_Request request;

    if (!root)
        die("script", argc == 2 ? problem.text : "one argument: the script");
    pool = json_object_get(root, "pool");
    recorded_reference = json_string_value(json_object_get(vars, "reference"));
    recorded_id = json_integer_value(json_object_get(vars, "id"));
    mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(db, MYSQL_INIT_COMMAND,
                  json_string_value(json_object_get(database, "init")));
    if (!mysql_real_connect(
            db, NULL, json_string_value(json_object_get(database, "user")),
            json_string_value(json_object_get(database, "password")),
            json_string_value(json_object_get(database, "name")), 0,
            json_string_value(json_object_get(database, "socket")), CLIENT_FOUND_ROWS))
        die("connect", mysql_error(db));
    script_len = json_array_size(statements);
    if (script_len > MAX_STATEMENTS)
        die("script", "too many statements");
    for (size_t i = 0; i < script_len; i++)
        load_statement(db, json_array_get(statements, i), &script[i]);
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        die("libfcgi", "no listening socket on descriptor 0");
    while (FCGX_Accept_r(&request) >= 0) {
        long long own_id = own_id_of(FCGX_GetParam("REQUEST_URI", request.envp));
        bool ok = true;

        scratch_used = 0;
        for (size_t i = 0; ok && i < script_len; i++)
            ok = run_statement(db, &script[i], own_id);
        if (!ok) {
            fprintf(stderr, "floor: %s\n", mysql_error(db));
            mysql_rollback(db);
            FCGX_PutS("Status: 500\r\n\r\n", request.out);
        } else {
            FCGX_PutStr(json_string_value(response), (int)json_string_length(response),
                        request.out);
        }
        FCGX_Finish_r(&request);
    }
    return 0;
}

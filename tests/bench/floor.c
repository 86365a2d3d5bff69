/* floor.c: the floor that Kontor's pages are measured against.
 *
 * NAME
 *     floor - a bare libfcgi responder that runs recorded statements and returns recorded bytes
 * SYNOPSIS
 *     spawn-fcgi -n -s SOCKET -- multiwatch -f N -- floor SCRIPT
 * DESCRIPTION
 *     SCRIPT is a JSON file made by tests/bench/bench.mjs from what the product did for one page:
 *     its statements with their parameters (transaction control included) and its response. The
 *     floor prepares the statements once, and for every request runs them in order, fetches every
 *     row and writes the same bytes. It parses nothing, escapes nothing, checks nothing: nginx,
 *     libfcgi and MariaDB cost what they cost.
 *
 *     For pages that write, each request stands for another draft. "vars" names the recorded draft;
 *     the last path segment but one of a request is the reference of its own draft, whose row id
 *     is looked up in "pool". In text parameters the recorded reference is replaced by the own one,
 *     an integer equal to the recorded id by the own id, and "fresh" parameters get random bytes of
 *     the same length. */
#include <fcgiapp.h>
#include <jansson.h>
#include <mysql.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/random.h>

enum { MAX_PARAMS = 640, MAX_STATEMENTS = 64, MAX_COLUMNS = 64, CELL_BYTES = 16384 };

struct param {
    enum enum_field_types type;
    bool null;
    bool fresh;
    long long number;
    const char *text;
    size_t len;
};
struct statement {
    const char *control; /* BEGIN, COMMIT: sent as text, as the product does */
    MYSQL_STMT *stmt;
    struct param params[MAX_PARAMS];
    size_t param_count;
    size_t row_count; /* array binding: rows of param_count / row_count values */
    bool returns_rows;
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

static unsigned char unhex_digit(char c)
{
    return (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void load_param(const json_t *value, struct param *out)
{
    const char *type = json_string_value(json_object_get(value, "t"));
    const json_t *v = json_object_get(value, "v");

    out->fresh = json_is_true(json_object_get(value, "fresh"));
    out->null = json_is_null(v);
    if (strcmp(type, "i") == 0) {
        out->type = MYSQL_TYPE_LONGLONG;
        out->number = json_integer_value(v);
        return;
    }
    out->type = MYSQL_TYPE_STRING;
    if (out->null)
        return;
    if (strcmp(type, "x") == 0) { /* bytes as hexadecimal digits */
        size_t len = json_string_length(v) / 2;
        unsigned char *bytes = malloc(len + 1);
        const char *hex = json_string_value(v);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (unsigned char)(unhex_digit(hex[2 * i]) << 4 | unhex_digit(hex[2 * i + 1]));
        out->text = (const char *)bytes;
        out->len = len;
        return;
    }
    out->text = json_string_value(v);
    out->len = json_string_length(v);
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
    out->returns_rows = mysql_stmt_field_count(out->stmt) > 0;
    out->param_count = json_array_size(params);
    if (out->param_count > MAX_PARAMS)
        die(sql, "too many parameters");
    out->row_count = out->param_count / (mysql_stmt_param_count(out->stmt)
                                             ? mysql_stmt_param_count(out->stmt)
                                             : 1);
    for (size_t i = 0; i < out->param_count; i++)
        load_param(json_array_get(params, i), &out->params[i]);
}

/* The parameter's value for this request, in a buffer that lives until the next request. */
static void bind_param(const struct param *p, MYSQL_BIND *bind, long long own_id)
{
    static char scratch[1 << 20];
    static size_t used;
    char *to = scratch + used;
    const char *hit;

    if (!p) { /* start of a request */
        used = 0;
        return;
    }
    bind->buffer_type = p->null ? MYSQL_TYPE_NULL : p->type;
    if (p->null)
        return;
    if (used + p->len + 64 > sizeof(scratch))
        die("scratch", "full");
    if (p->type == MYSQL_TYPE_LONGLONG) {
        long long number = p->number == recorded_id && own_id ? own_id : p->number;
        used = (used + 7) & ~(size_t)7;
        to = scratch + used;
        memcpy(to, &number, sizeof(number));
        bind->buffer = to;
        used += sizeof(number);
        return;
    }
    memcpy(to, p->text, p->len);
    to[p->len] = '\0';
    if (p->fresh) {
        for (size_t i = 0; i < p->len; i++) {
            unsigned char byte;
            if (getrandom(&byte, 1, 0) != 1)
                die("getrandom", "failed");
            to[i] = "0123456789abcdef"[byte & 15];
        }
    } else if (own_reference && recorded_reference) {
        size_t len = strlen(recorded_reference);
        for (hit = to; (hit = strstr(hit, recorded_reference)); hit += len)
            memcpy(to + (hit - to), own_reference, len);
    }
    bind->buffer = to;
    bind->buffer_length = p->len;
    used += p->len + 1;
}

static bool run_rows(const struct statement *s, MYSQL_BIND *binds)
{
    static MYSQL_BIND cells[MAX_COLUMNS];
    static char bytes[MAX_COLUMNS][CELL_BYTES];
    static unsigned long lengths[MAX_COLUMNS];
    unsigned int columns = mysql_stmt_field_count(s->stmt);

    (void)binds;
    if (columns > MAX_COLUMNS)
        die("columns", "too many");
    memset(cells, 0, sizeof(*cells) * columns);
    for (unsigned int i = 0; i < columns; i++) {
        cells[i].buffer_type = MYSQL_TYPE_STRING;
        cells[i].buffer = bytes[i];
        cells[i].buffer_length = CELL_BYTES;
        cells[i].length = &lengths[i];
    }
    if (mysql_stmt_bind_result(s->stmt, cells) != 0)
        return false;
    for (;;) {
        int rc = mysql_stmt_fetch(s->stmt);
        if (rc == MYSQL_NO_DATA)
            return mysql_stmt_free_result(s->stmt) == 0;
        if (rc != 0 && rc != MYSQL_DATA_TRUNCATED)
            return false;
    }
}

static bool run_statement(MYSQL *db, const struct statement *s, long long own_id)
{
    static MYSQL_BIND binds[MAX_PARAMS];
    size_t per_row;

    if (s->control)
        return mysql_real_query(db, s->control, strlen(s->control)) == 0;
    per_row = s->row_count ? s->param_count / s->row_count : 0;
    for (size_t row = 0; row < (s->row_count ? s->row_count : 1); row++) {
        memset(binds, 0, sizeof(*binds) * (per_row ? per_row : 1));
        for (size_t i = 0; i < per_row; i++)
            bind_param(&s->params[row * per_row + i], &binds[i], own_id);
        if (per_row && mysql_stmt_bind_param(s->stmt, binds) != 0)
            return false;
        if (mysql_stmt_execute(s->stmt) != 0)
            return false;
        if (s->returns_rows && !run_rows(s, binds))
            return false;
    }
    return true;
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
    mysql_options(db, MYSQL_INIT_COMMAND, json_string_value(json_object_get(database, "init")));
    if (!mysql_real_connect(db, NULL, json_string_value(json_object_get(database, "user")),
                            json_string_value(json_object_get(database, "password")),
                            json_string_value(json_object_get(database, "name")), 0,
                            json_string_value(json_object_get(database, "socket")),
                            CLIENT_FOUND_ROWS))
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

        bind_param(NULL, NULL, 0);
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

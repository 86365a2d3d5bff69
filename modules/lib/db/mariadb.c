/* mariadb.c: the driver on libmariadb (Connector/C): the connection. The statements are in
 * mariadb_statement.c. */
#include "db/mariadb_own.h"

#define CONNECT_TIMEOUT_S 2
#define IO_TIMEOUT_S      10

bool mariadb_fail(struct mariadb *m, struct db_error *error)
{
    unsigned code = mysql_errno(m->mysql);
    error->code = code ? code : 2000;
    snprintf(error->text, sizeof error->text, "%s", mysql_error(m->mysql));
    return false;
}

void *mariadb_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        bug("out of memory");
    }
    return memory;
}

/* ---- connection ---- */

static void driver_close(void *self)
{
    struct mariadb *m = self;
    if (!m->mysql) {
        return;
    }
    mariadb_forget(m);
    mysql_close(m->mysql);
    m->mysql = NULL;
}

static bool driver_open(void *self, struct db_error *error)
{
    /* One statement, one round trip. TRADITIONAL includes the strict modes. */
    static const char init[] =
        "SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY', "
        "innodb_snapshot_isolation = ON, innodb_lock_wait_timeout = 5, "
        "tx_isolation = 'REPEATABLE-READ', autocommit = 1, "
        /* A list of roles that the server cuts short may end in a role that nobody gave. */
        "group_concat_max_len = 1048576";
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
    if (!by_socket && m->conf.ca_file && *m->conf.ca_file) {
        my_bool on = 1;
        mysql_options(m->mysql, MYSQL_OPT_SSL_CA, m->conf.ca_file);
        mysql_options(m->mysql, MYSQL_OPT_SSL_ENFORCE, &on);
        mysql_options(m->mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on);
    }
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
        mariadb_fail(m, error);
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
    return mysql_ping(m->mysql) == 0 || mariadb_fail(m, error);
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
           mariadb_fail(m, error);
}

/* ---- text statements ---- */

static bool driver_text(void *self, struct arena *arena, struct str text,
                        struct db_text_rows *out, struct db_error *error)
{
    struct mariadb *m = self;
    if (mysql_real_query(m->mysql, text.ptr, text.len) != 0) {
        return mariadb_fail(m, error);
    }
    MYSQL_RES *result = mysql_store_result(m->mysql);
    if (!result) {
        if (out) {
            *out = (struct db_text_rows){0};
        }
        return mysql_errno(m->mysql) == 0 || mariadb_fail(m, error);
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

/* ---- the driver ---- */

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
        .exec = mariadb_exec,
        .query = mariadb_query,
        .prepare = mariadb_prepare,
        .text = driver_text,
        .quote = driver_quote,
    };
    struct mariadb *m = mariadb_alloc(1, sizeof *m);
    m->conf = *conf;
    m->scratch = arena_new((size_t)64 << 20);
    arena_on_end(arena, mariadb_end, m);
    *self_out = m;
    return &driver;
}

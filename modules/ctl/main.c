/*
 * NAME
 *     kontorctl - the operator's tool of Kontor
 *
 * SYNOPSIS
 *     kontorctl [--config FILE] COMMAND [OPTION]... [ARGUMENT]...
 *     kontorctl --check-config | --version | --help
 *
 * DESCRIPTION
 *     migrate [--dir DIR] [--list]
 *         Apply the numbered SQL files that the schema does not have yet, in order. Refuses when a file
 *         that was applied is missing or was changed. One run at a time.
 *     grants [--dir DIR] [--host HOST]
 *         Make the database account of every program, set its password from its file, and give it
 *         exactly the rights of DIR/PROGRAM.sql. HOST is where the programs connect from (default:
 *         localhost, for the Unix socket).
 *     schema
 *         Print the schema as sql/schema.sql keeps it.
 *     demo [--dir DIR]
 *         Load the demo data. Never on a real installation.
 *     publish [--dry-run] [--migrate PLAN] DIR... | --refresh
 *         Check and compile the definition in each DIR (its last part is the request type) and let new requests use
 *         them: all or none. Prints the version and what it changes (+ added, - removed, ~ changed). Requests that
 *         have begun keep their version. With --migrate (and one DIR) running instances follow by the plan, a JSON
 *         file {"elements": {"OldId": "NewId", "OldEvent": null}, "flows": {"OldId": "NewId"}}; what it does not name
 *         goes to the same id. Refused, with nothing published, when an instance stands where the new version has
 *         nothing of the kind, or lacks an answer or document that it requires. Each instance is one transaction; after
 *         an interruption the same command goes on. --dry-run says all of it and does nothing. --refresh compiles
 *         stored definitions again after an upgrade of Kontor.
 *     list
 *         Every request type: version in force and since when, all its versions, what runs on each.
 *     show TYPE [VERSION] [--file NAME | --files DIR]
 *         What a version is made of; one of its files as it was published, byte by byte, or all of them
 *         into DIR (which is made; nothing in it is overwritten).
 *     rollback TYPE [VERSION]
 *         New requests get this version from now on (the one before the version in force). Recorded.
 *     retire TYPE | activate TYPE
 *         Take a type off the start page, or put it back; its requests go on. Recorded.
 *     process check|simulate|test ...
 *         Work on a definition without a database; see kontorctl process --help.
 *     catalogue check FILE | load FILE | show
 *         What the exchanges offer, as one JSON document (sql/README.md): clearing houses, exchanges, markets,
 *         products, offers, notice periods. check reads it strictly and shows what loading would change; load
 *         changes it at once and writes one audit event; show prints what is loaded. What the document leaves
 *         out is no longer offered, and stays with the companies that have it.
 *     calendar check FILE | load FILE | show
 *         When people work, as one JSON document (sql/README.md): time zone, weekdays, office hours and exchange
 *         holidays. check reads it strictly and shows what loading would change; load changes it at once and
 *         writes one audit event; show prints what is loaded. Kontor knows no holiday of its own. Due dates
 *         that are set already stay as they are.
 *     obligation open COMPANY REFERENCE --kind KIND --en TEXT --de TEXT [--due DAY]
 *     obligation close COMPANY REFERENCE
 *     obligation list [COMPANY]
 *         What a company owes the exchange, and that it is settled. While one is open, a request that asks
 *         for it (the service obligation.check) does not go on.
 *     statements --sources DIR | --list
 *         Prepare every SQL statement of Kontor as each account that runs it; DIR is modules/lib/store.
 *         --list prints name and text of each.
 *     routes [--bin DIR] [--json]
 *         Print every page of every program: method, path, right, CSRF level, whether it wants step-up,
 *         the roles that have the right. --json: the same with the fields of each, for tests.
 *     rights [--json]
 *         Print the table role x right.
 *     verify [--head]
 *         Compute the audit chain again; --head prints the newest seal alone.
 *     invariants
 *         Look for contradictions in the data, after a crash for instance. Prints each.
 *     export --request REFERENCE | --company REFERENCE [--from DAY] [--to DAY]
 *         Everything about a request or a company as JSON Lines; the last line says whether the export
 *         is whole.
 *     configuration
 *         Print every key of the configuration with its default and what it means.
 *     doctor
 *         Look at everything Kontor needs: configuration, database, schema, folders, sockets.
 *     person LOGIN [--issuer ISSUER]
 *         Who has this login: identities, company, roles, teams, second factor, live sessions.
 *     session end --person LOGIN [--issuer ISSUER] | --company NUMBER | --issuer ISSUER | --all
 *         End sessions now, and sign-ons that wait for a code; each of their next requests has to sign on. Prints
 *         how many sessions; recorded with
 *         the name of who did it. Where several people have the login they are listed, and nothing is done.
 *     second-factor reset --person LOGIN [--issuer ISSUER]
 *         Take somebody's second factor and recovery codes away and end their sessions, where nobody in the
 *         portal may (the only administrator lost everything). The person gets a mail; recorded with the name
 *         of who did it. Make sure first who asks.
 *     sync [--person LOGIN [--issuer ISSUER]]
 *         Ask the directories now what kontor-login-sync(8) asks once a minute: who is gone, disabled or
 *         without a role is signed off. Exit status 69 when one is away.
 *     auth test USER [--password-file FILE|-] [--directory NAME | --provider NAME] [--json]
 *         Climb the ladder of a sign-on rung by rung and say which one fails and what to do: servers,
 *         certificates, service account, entry, password, groups, and then Kontor's own: person, company,
 *         roles, second factor. Nobody is signed on. Directories are asked in their order unless one is
 *         named; a password (- reads it from standard input) is tried at the one that knows USER, and counts
 *         for its lock-out. A provider is asked for its documents, never for a person. Exit status: 0 all
 *         right, 1 refused, 69 a source or the database is away, 78 the configuration does not fit.
 *
 * SECURITY
 *     Runs as the operator. Connects to MariaDB with the account kontor_ctl, which may do everything in
 *     Kontor's schema and make accounts. Reads the password files. Writes nothing but the database.
 *
 * CONFIGURATION
 *     The file of all programs, /etc/kontor/kontor.conf unless --config names another; sections
 *     [database], [ctl] and [files].
 *
 * DIAGNOSTICS
 *     Exit status: 0 done, 1 a check found something, 64 wrong usage, 65 the input is refused, 66 a file or folder
 *     cannot be read, 69 database away, 73 a file cannot be written, 75 a simulation cannot go on, 78 bad
 *     configuration.
 */
#include "ctl.h"

#include "base/log.h"

#define ARENA_BYTES ((size_t)1 << 30)

struct command {
    const char *name;
    bool needs_conf;
    int (*run)(struct ctl *ctl);
};

static const struct command COMMANDS[] = {
    {"migrate", true, command_migrate},
    {"grants", true, command_grants},
    {"schema", true, command_schema},
    {"demo", true, command_demo},
    {"publish", true, command_publish},
    {"list", true, command_list},
    {"show", true, command_show},
    {"rollback", true, command_rollback},
    {"retire", true, command_retire},
    {"activate", true, command_activate},
    {"process", false, command_process},
    {"feel", false, command_feel},
    {"statements", true, command_statements},
    {"routes", false, command_routes},
    {"rights", false, command_rights},
    {"verify", true, command_verify},
    {"invariants", true, command_invariants},
    {"export", true, command_export},
    {"configuration", false, command_configuration},
    {"doctor", true, command_doctor},
    {"person", true, command_person},
    {"session", true, command_session},
    {"second-factor", true, command_second_factor},
    {"sync", true, command_sync},
    {"auth", true, command_auth},
    {"catalogue", true, command_catalogue},
    {"calendar", true, command_calendar},
    {"obligation", true, command_obligation},
};

static int usage(FILE *to, int code)
{
    fprintf(
        to,
        "Usage: kontorctl [--config FILE] COMMAND [OPTION]... [ARGUMENT]...\n"
        "       kontorctl --check-config | --version | --help\n"
        "Commands:\n"
        "  migrate [--dir DIR] [--list]        apply new SQL files\n"
        "  grants [--dir DIR] [--host HOST]    make the programs' database accounts\n"
        "  schema                              print the schema\n"
        "  demo [--dir DIR]                    load the demo data\n"
        "  publish [--dry-run] [--migrate PLAN] DIR... | --refresh\n"
        "                                      publish request types\n"
        "  list                                request types and their versions\n"
        "  show TYPE [VERSION] [--file NAME | --files DIR]\n"
        "  rollback TYPE [VERSION]             another version for new requests\n"
        "  retire TYPE, activate TYPE          off and on the start page\n"
        "  process check|simulate|test ...     work on a definition\n"
        "  catalogue check FILE | load FILE | show  what the exchanges offer\n"
        "  calendar check FILE | load FILE | show  office hours and exchange holidays\n"
        "  obligation open COMPANY REFERENCE --kind KIND --en TEXT --de TEXT [--due "
        "DAY]\n"
        "  obligation close COMPANY REFERENCE | list [COMPANY]\n"
        "  feel [--context JSON] EXPR | --batch  evaluate FEEL\n"
        "  statements --sources DIR | --list   prepare every statement as its "
        "accounts; print them\n"
        "  routes [--bin DIR] [--json]         print every page and its right\n"
        "  rights [--json]                     print the table role x right\n"
        "  verify [--head]                     compute the audit chain again\n"
        "  invariants                          look for contradictions in the data\n"
        "  export --request REF | --company REF [--from DAY] [--to DAY]\n"
        "  configuration                       print every key and its meaning\n"
        "  doctor                              look at everything Kontor needs\n"
        "  person LOGIN [--issuer ISSUER]      who somebody is, their roles and "
        "sessions\n"
        "  session end --person LOGIN [--issuer ISSUER] | --company NUMBER | --issuer "
        "ISSUER | --all\n"
        "  second-factor reset --person LOGIN [--issuer ISSUER]\n"
        "  sync [--person LOGIN]               sign off who left the directory, now\n"
        "  auth test USER [--password-file FILE|-] [--directory NAME | --provider NAME] "
        "[--json]\n"
        "Exit status: 0 done, 1 a check found something, 64 wrong usage, 65 refused, 66 "
        "cannot "
        "be read,\n69 database or directory away, 73 cannot be written, 75 a simulation "
        "is "
        "stuck, 78 bad configuration.\n"
        "kontorctl(8) says more.\n");
    return code;
}

static int run(struct ctl *ctl, const struct command *command, bool conf_given)
{
    if (command->needs_conf || conf_given) {
        struct conf *conf;
        if (conf_load(ctl->arena, ctl->conf_path, &conf) != OK) {
            fprintf(stderr, "kontorctl: %s\n", err_text());
            return CTL_CONFIG;
        }
        ctl->conf = conf;
    }
    err_clear();
    return command->run(ctl);
}

static int dispatch(struct ctl *ctl)
{
    const char *conf_path = ctl_option(ctl, "--config");
    ctl->conf_path = conf_path ? conf_path : "/etc/kontor/kontor.conf";
    if (ctl_flag(ctl, "--version")) {
        puts("kontorctl " KONTOR_VERSION);
        return CTL_OK;
    }
    if (ctl_flag(ctl, "--check-config")) {
        struct conf *conf;
        if (conf_load(ctl->arena, ctl->conf_path, &conf) != OK) {
            fprintf(stderr, "kontorctl: %s\n", err_text());
            return CTL_CONFIG;
        }
        return CTL_OK;
    }
    if (ctl->argc == 0 || strcmp(ctl->argv[0], "--help") == 0) {
        return ctl->argc == 0 ? usage(stderr, CTL_USAGE) : usage(stdout, CTL_OK);
    }
    const char *name = ctl->argv[0];
    ctl->argc--;
    ctl->argv++;
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        if (strcmp(COMMANDS[i].name, name) == 0) {
            return run(ctl, &COMMANDS[i], conf_path != NULL);
        }
    }
    fprintf(stderr, "kontorctl: unknown command %s\n", name);
    return usage(stderr, CTL_USAGE);
}

int main(int argc, char **argv)
{
    log_open("ctl", LOG_LEVEL_WARN);
    struct arena *arena = arena_new(ARENA_BYTES);
    struct ctl ctl = {
        .arena = arena, .program = argv[0], .argc = argc - 1, .argv = argv + 1};
    int code = dispatch(&ctl);
    arena_free(&arena);
    if (fflush(stdout) != 0) {
        perror("kontorctl: standard output");
        return code ? code : CTL_FAILED;
    }
    return code;
}

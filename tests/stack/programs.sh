# Kontor itself: installed into the state folder, configured, its database filled, its programs started.
# shellcheck shell=bash disable=SC2154

conf() { echo "$run/etc/kontor/kontor.conf"; }
ctl() { "$run/usr/bin/kontorctl" --config "$(conf)" "$@"; }

# The demo's limits per address are high: all of its people share 127.0.0.1. LIMIT_PAGES and LIMIT_LOGIN
# (nginx's "50r/s") set others.
install_kontor() {
    make -C "$top" --no-print-directory install-files VARIANT="${VARIANT:-release}" DESTDIR= \
        prefix="$run/usr" sysconfdir="$run/etc" localstatedir="$run/var" runstatedir="$run" \
        PREFIX_PATH="$prefix_path" LIMIT_PAGES="${LIMIT_PAGES:-5000r/s}" LIMIT_LOGIN="${LIMIT_LOGIN:-500r/s}" \
        NGINX_GROUP="$(web_group)" >"$run/log/install.log" 2>&1 || die "install failed; see $run/log/install.log"
}
web_group() { if is_root; then echo kontor-web; else id -gn; fi; }

make_folders() {
    mkdir -p "$run"/kontor/scan "$run"/var/lib/kontor/{store,spool}
    own root 0755 "$run/kontor"
    own root:kontor-files 0750 "$run/var/lib/kontor"
    own kontor-scan:kontor-uploads 2750 "$run/kontor/scan"
    own kontor-uploads:kontor-store 2775 "$run/var/lib/kontor/store"
    own kontor-uploads 0700 "$run/var/lib/kontor/spool"
    # Claiming an instruction is renaming it, so every program has to be able to write there.
    case ${VARIANT:-release} in asan | fault) mkdir -p "$run/fault" && own root 0777 "$run/fault" ;; esac
}

# One file per program, readable by that program's user alone. Made once.
make_secrets() {
    local name folder=$run/etc/kontor/secrets owner
    mkdir -p "$folder"
    chmod 0755 "$folder"
    for name in "${responders[@]}" worker ctl directory provider; do
        [ -e "$folder/$name" ] || (umask 077 && openssl rand -hex 24 | tr -d '\n' >"$folder/$name")
        owner=kontor-$name
        case $name in ctl) owner=$(id -un) ;; directory | provider) owner=kontor-login ;; esac
        own "$owner" 0400 "$folder/$name"
    done
    [ -e "$folder/login-keys" ] || (umask 077 && openssl rand -hex 32 >"$folder/login-keys")
    own kontor-login 0400 "$folder/login-keys"
}

write_kontor_conf() {
    cat >"$(conf)" <<EOF
[site]
prefix = $prefix_path
origin = http://localhost:$port
name = Kontor
contact_mail = kontor@example.org
language = de
cookie_suffix = $port

[database]
socket = $(db_socket)
name = kontor
user_prefix = kontor_
password_dir = secrets

[templates]
dir = $run/usr/share/kontor/templates
catalogues = $run/usr/share/kontor/locale
static_manifest = $run/usr/share/kontor/static/manifest.json

[login]
key_file = secrets/login-keys

[second_factor]
required_for = ${SECOND_FACTOR_FOR:-}

[directory]
uri = ldaps://127.0.0.1:$ldap_port
ca_file = $run/etc/tls/ca.crt
bind_dn = cn=kontor,ou=services,dc=example,dc=org
bind_password_file = secrets/directory
user_base = ou=people,dc=example,dc=org
customer_base = ou=customers,ou=people,dc=example,dc=org
staff_base = ou=staff,ou=people,dc=example,dc=org
role_group_base = ou=roles,ou=groups,dc=example,dc=org
team_group_base = ou=teams,ou=groups,dc=example,dc=org
password_change = yes

[provider.staff]
issuer = https://localhost:$provider_port/staff
ca_file = $run/etc/tls/ca.crt
reach = loopback
client_id = kontor
client_secret_file = secrets/provider
side = staff
label_de = Demo-Konto (Börse)
label_en = demo account (exchange)
link = login:main
second_factor_amr = otp mfa

[provider.customers]
issuer = https://localhost:$provider_port/customers
ca_file = $run/etc/tls/ca.crt
reach = loopback
client_id = kontor
side = customers
label_de = Demo-Konto (Mitglied)
label_en = demo account (member)
link = login:main
second_factor_amr = otp mfa

[files]
store = $run/var/lib/kontor/store
spool = $run/var/lib/kontor/spool

[scan]
socket = $run/kontor/scan/scan.sock

[mail]
relay_host = 127.0.0.1
relay_port = $smtp_port
from = kontor@example.org
EOF
    # Tests count what a page costs.
    case ${VARIANT:-release} in asan | fault) printf '\n[log]\nstatements = true\n' >>"$(conf)" ;; esac
    chmod 0644 "$(conf)"
}

# The operator's part: a schema and the account that migrates it. All else is kontorctl's.
fill_database() {
    local password
    password=$(cat "$run/etc/kontor/secrets/ctl")
    sql <<EOF
CREATE DATABASE IF NOT EXISTS kontor CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci;
CREATE USER IF NOT EXISTS kontor_ctl@localhost IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON kontor.* TO kontor_ctl@localhost WITH GRANT OPTION;
GRANT CREATE USER ON *.* TO kontor_ctl@localhost;
EOF
    make_database >"$run/log/kontorctl.log" 2>&1 || die "kontorctl failed: $(tail -3 "$run/log/kontorctl.log")"
}

# One after the other: what comes after a failed command would hide its cause.
make_database() {
    ctl migrate --dir "$run/usr/share/kontor/sql/migrations" &&
        ctl grants --dir "$run/usr/share/kontor/sql/grants" &&
        load_demo &&
        ctl publish --refresh && # a state folder of an earlier build
        # Pages offer types in the order in which they were published first.
        ctl publish "$run"/usr/share/kontor/processes/{product-extension,exchange-extension}/
        ctl publish "$run"/usr/share/kontor/processes/{change-of-address,change-of-bank,board-change}/
        ctl publish "$run"/usr/share/kontor/processes/*/
}

# Again when it has become more: request types of this build name its teams. Loading it twice adds nothing.
load_demo() {
    local loaded="$run/var/demo-loaded" sum
    sum=$(cat "$run"/usr/share/kontor/sql/demo/* | sha256sum)
    [ "$(cat "$loaded" 2>/dev/null)" = "$sum" ] && return
    ctl demo --dir "$run/usr/share/kontor/sql/demo" && echo "$sum" >"$loaded"
}

start_scan() {
    scan_command() {
        umask 007
        as_user kontor-scan "$run/usr/libexec/kontor/kontor-scan" --config "$(conf)"
    }
    rm -f "$run/kontor/scan/scan.sock"
    keep scan scan_command
}

# start_responder NAME PROCESSES [PROGRAM]: multiwatch replaces one that dies. PROGRAM where it is not NAME.
start_responder() {
    local name=$1 count=$2 program=${3:-$1} drop=()
    if is_root; then
        drop=(-U "kontor-$program" -G kontor-web -u "kontor-$program" -g "kontor-$program")
    fi
    rm -f "$run/kontor/$name.sock"
    keep "$name" spawn-fcgi -n -s "$run/kontor/$name.sock" -M 0660 "${drop[@]}" -- \
        /usr/bin/multiwatch -f "$count" -r 20 -t 1000 -s TERM -- \
        "$run/usr/libexec/kontor/kontor-$program" --config "$(conf)"
}

start_worker() {
    worker_command() {
        as_user kontor-worker /usr/bin/multiwatch -f 1 -r 20 -t 1000 -s TERM -- \
            "$run/usr/libexec/kontor/kontor-worker" --config "$(conf)"
    }
    keep worker worker_command
}

# The same user as login.
start_login_sync() {
    login_sync_command() {
        as_user kontor-login "$run/usr/libexec/kontor/kontor-login-sync" --config "$(conf)"
    }
    keep login-sync login_sync_command
}

healthy() { curl -sf -o /dev/null --max-time 2 "http://127.0.0.1:$port${prefix_path}healthz/$1"; }

start_programs() {
    local name
    start_scan
    for name in "${responders[@]}"; do start_responder "$name" "${PROCESSES:-2}"; done
    start_responder gate "${PROCESSES:-2}" login
    start_login_sync
    start_worker
}
wait_for_programs() {
    local name
    for name in "${responders[@]}" gate; do wait_for 20 "kontor-$name" healthy "$name"; done
    wait_for 15 'the identity provider' provider_answers
    wait_for 10 kontor-scan test -S "$run/kontor/scan/scan.sock"
}
